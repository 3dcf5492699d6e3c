"""What a conversation hears of its logins: that there is one, and that it is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Engine

from bot.chat.records import Message, Records
from bot.chat.turn import payload
from bot.store.engine import reading, writing

_TOLD_WITHIN = timedelta(seconds=10)  # much longer than it takes to tell a conversation of its login


class LoginLog:
    """The logins as the message log has them; each method is one transaction and blocks while it runs."""

    def __init__(self, engine: Engine, records: Records, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._records = records
        self._clock = clock

    def completed(self, conversation_id: str, login_id: str, text: str) -> Message | None:
        """The citizen is logged in: told so by ``text``, and a question that waited for it is asked again.

        None when that was told already, or the login is over by now.
        """
        with writing(self._engine) as connection:
            conversation = self._records.locked(connection, conversation_id)
            if conversation is None or conversation.login_id == login_id:
                return None
            if self._records.login_now(connection, conversation_id) != login_id:
                return None
            message = self._records.append(connection, conversation, "system", text)
            changes: dict[str, Any] = {"login_id": login_id, "failed_logins": 0}
            pending = conversation.memory.pending
            if pending is not None:
                self._records.ask(connection, conversation_id, message.seq, payload(pending))
                changes["memory"] = self._records.sealed_memory(conversation.memory.but(pending=None))
                if conversation.state == "closed":
                    changes["state"] = "bot"
            self._records.change(connection, conversation_id, **changes)
        return message

    def ended(self, conversation_id: str, text: str, *, login_id: str | None = None) -> Message | None:
        """The login is over: so is what was remembered under it.

        With ``login_id``, only if it is still that one and no other has come in its place.
        None when nobody was logged in.
        """
        with writing(self._engine) as connection:
            conversation = self._records.locked(connection, conversation_id)
            if conversation is None or conversation.login_id is None:
                return None
            if login_id is not None and (
                conversation.login_id != login_id or self._records.login_now(connection, conversation_id) is not None
            ):
                return None
            self._records.change(connection, conversation_id, login_id=None, memory=None)
            return self._records.append(connection, conversation, "system", text)

    def over(self) -> list[tuple[str, str]]:
        """Conversations that think of a login that is over by now, and that login's id."""
        with reading(self._engine) as connection:
            return self._records.logins_over(connection)

    def untold(self) -> list[tuple[str, str]]:
        """Conversations that know nothing of a login made in them a while ago, and that login's id.

        A web that died between making a login and telling of it leaves one; whoever made it has burnt its code.
        """
        with reading(self._engine) as connection:
            return self._records.logins_untold(connection, made_before=self._clock() - _TOLD_WITHIN)
