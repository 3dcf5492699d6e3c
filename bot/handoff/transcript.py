"""What was said in a conversation, as the summary reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message of the log. ``sender``: citizen, assistant, staff or system; ``at`` is aware.

    ``chosen`` is True where the citizen pressed a button: the words are then the assistant's, not the citizen's own.
    ``corrects`` maps a field's kind (see `bot.handoff.summary`) to what the citizen put there by hand, in a
    message that is the citizen's own and in whose ``text`` each value stands word for word.
    """

    seq: int
    sender: str
    text: str = field(repr=False)
    at: datetime
    chosen: bool = False
    card: Mapping[str, Any] | None = field(default=None, repr=False)
    corrects: Mapping[str, str] = field(default_factory=dict, repr=False)
