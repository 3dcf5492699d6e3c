"""Who keeps, for those who train the assistant, what it made of each message: inside the chat's own transactions."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from bot.chat.rasa import Answer
from bot.chat.records import Turn


class Learning(Protocol):
    """Hears of every answer as it is kept; what it keeps itself is kept, or lost, together with the answer."""

    def answered(self, connection: Connection, turn: Turn, answer: Answer) -> None:
        """A turn got this answer; the conversation is locked."""
        ...

    def answered_wrong(self, connection: Connection, conversation_id: str, seq: int) -> bool:
        """The citizen says that the assistant's message ``seq`` is no answer; the conversation is locked.

        False when that was said before. Raises NotFoundError for what answers nothing that the citizen typed.
        """
        ...

    def forget(self, connection: Connection, conversations: Select) -> None:
        """The conversations whose ids the query gives are about to be deleted with all that was said in them."""
        ...
