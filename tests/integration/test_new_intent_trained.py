"""A hensigt that was made at /training is heard by a model of the same files, and answered by what was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat.turn import TurnMetadata
from bot.running.model import train
from bot.store.crypto import Vault
from bot.training import nlu_lines
from bot.training.answers import Answers
from bot.training.edits import Edits
from bot.training.examples import Examples
from bot.training.files import Files
from bot.training.intents import Intents
from bot.training.links import Links
from bot.training.new_intents import NewIntents, Wanted
from tests.asking import make_parts, the_municipality
from tests.integration.talking import Assistant
from tests.integration.training_client import copied_assistant
from tests.training_setup import KAREN, database

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
WANTED = Wanted(
    name="",
    title="Hvad koster et pas?",
    about="Borgeren vil vide, hvad et pas koster.",
    answer="Et pas koster 893 kroner. Er du under 18 år, koster det 178 kroner.",
    examples=[
        *("hvad koster et pas", "hvad er prisen på et pas", "hvor dyrt er et pas", "pris på pas"),
        *(
            "hvor mange penge koster et nyt pas",
            "koster det noget at få lavet et pas",
            "hvad skal jeg betale for et pas",
        ),
        *("er et pas gratis", "hvad tager I for et pas", "prisen for et pas til et barn"),
    ],
)
# Few intents and few examples of each: what is learnt here is only the new one.
KEPT = {"aabningstider", "hilsen", "tak", "oplys", "akut_hjaelp", "uden_for_emne"}


def make(folder: Path) -> None:
    """Make the new intent as web does, in an assistant cut down to a few intents' examples."""
    for path in sorted((folder / "data" / "nlu").glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        for block in nlu_lines.blocks(text):
            most = 25 if block.intent in KEPT else 4
            text = nlu_lines.removed(text, block.intent, {example.id for example in block.examples[most:]})
        path.write_text(text, encoding="utf-8")
    files = Files(folder)
    engine = database(f"sqlite:///{folder.parent / 'test.db'}")
    edits = Edits(engine, Vault([Vault.new_key()]), files, named=lambda ids: {})
    answers = Answers(files, edits, Links(), the_municipality())
    examples = Examples(files, edits, title=Intents(folder).title)
    NewIntents(files, edits, examples, answers).make(KAREN, WANTED)
    engine.dispose()


async def test_a_new_hensigt_is_answered_by_the_model_that_learnt_it(tmp_path: Path) -> None:
    """Alone, as one of two wishes, and from the button of »Mener du …?«: with the words that were written."""
    folder = copied_assistant(tmp_path / "assistant")
    make(folder)
    model = train(folder, tmp_path / "models", log=tmp_path / "train.log", tell=lambda line: None)
    parts = make_parts(intents=Intents(folder))
    async with Assistant(model) as assistant:
        assistant.parts = parts

        async def said(text: str, conversation: str) -> str:
            messages = await assistant.turn(conversation, text, TurnMetadata(seq=1))
            return "\n".join(one["text"] for one in messages if "text" in one)

        assert await said("hvad koster et pas", "alone") == WANTED.answer
        assert await said('/hvad_koster_et_pas{"besked": "pas"}', "pressed") == WANTED.answer
        both = await said("hvad koster et pas, og hvornår har I åbent?", "both")
        assert WANTED.answer in both and "åbent" in both.replace(WANTED.answer, "")
