"""The assistant's own data with fewer examples, so that it is trained in seconds; all else is as shipped."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from bot.settings import ROOT
from bot.training.snapshot import data_in, write_out

_EXAMPLES = 40  # of each intent
_ENCODED = 60


def less_data(folder: Path) -> Path:
    """config.yml, domain.yml and data in ``folder``, with the first examples of each intent."""
    write_out(data_in(ROOT), folder)
    for file in (folder / "data" / "nlu").glob("*.yml"):
        file.write_text(_first_examples(file.read_text(encoding="utf-8")), encoding="utf-8")
    config = folder / "config.yml"
    text, changed = re.subn(r"most_encoded: \d+", f"most_encoded: {_ENCODED}", config.read_text(encoding="utf-8"))
    assert changed == 1
    config.write_text(text, encoding="utf-8")
    return folder


def _first_examples(text: str) -> str:
    kept, n, of_intent = [], 0, False
    for line in text.splitlines(keepends=True):
        if begun := re.match(r"\s*- (intent|lookup|synonym|regex):", line):
            n, of_intent = 0, begun[1] == "intent"
        elif re.match(r"\s{6,}- ", line) and of_intent:
            n += 1
            if n > _EXAMPLES:
                continue
        kept.append(line)
    return "".join(kept)


def test_messages(file: Path, messages: Sequence[tuple[str, str]]) -> Path:
    """A file of messages that versions are measured with."""
    lines = [json.dumps({"text": text, "intent": intent}, ensure_ascii=False) for text, intent in messages]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


test_messages.__test__ = False  # type: ignore[attr-defined] - it makes them, and is none
