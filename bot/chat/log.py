"""The conversations and their append-only message log, in the database.

Each method is one transaction and blocks while it runs: inside an event loop they are called through an
executor. Whoever appends locks the conversation's row first (PostgreSQL) or the database (SQLite), so `seq`
grows by one and a transaction that dies leaves no gap.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot.chat.consequences import Consequences, Done, Outcome, Run, carry_out
from bot.chat.learning import Learning
from bot.chat.login_log import LoginLog
from bot.chat.rasa import Answer, Choice
from bot.chat.records import ERASED, Conversation, Kept, Message, Records, Turn, utc_now
from bot.errors import NotFoundError
from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.handoff_tables import filings, handoffs
from bot.store.meeting_tables import meetings
from bot.store.tables import conversations, login_attempts, logins, messages, turns

_PAGE = 200  # messages read at a time
_OWED_LOOK = timedelta(days=1)  # before a conversation that is owed something would be over
LOGIN_CARD = {"type": "login"}  # the widget offers to log in


class Log:
    """Conversations, their messages and open turns. A conversation that is gone gives None or nothing, never an error.

    ``days`` is how long a conversation lives after its last message. ``consequences`` carries out what an answer
    or a choice leads to beyond its words; without it nothing does. ``learning`` keeps what was made of each message.
    """

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        *,
        days: int,
        clock: Callable[[], datetime] = utc_now,
        consequences: Consequences | None = None,
        learning: Learning | None = None,
    ) -> None:
        self._consequences = consequences
        self._learning = learning
        self._engine = engine
        self._vault = vault
        self._lifetime = timedelta(days=days)
        self._clock = clock
        self._records = Records(vault, clock)
        self.logins = LoginLog(engine, self._records, clock)

    def create(self, *, opening: str) -> tuple[Conversation, str]:
        """Begin a conversation by asking Rasa ``opening``; gives it and the secret that opens it."""
        token, conversation_id = secrets.token_urlsafe(32), str(uuid.uuid4())
        now = self._clock()
        with writing(self._engine) as connection:
            connection.execute(
                insert(conversations).values(
                    id=conversation_id, token_hash=_hash(token), created_at=now, expires_at=now + self._lifetime
                )
            )
            self._records.ask(connection, conversation_id, 0, opening, opening=True)
            made = self._records.locked(connection, conversation_id)
        if made is None:
            raise NotFoundError("a conversation was gone in the transaction that made it")
        return made, token

    def open(self, token: str) -> Conversation | None:
        """The conversation that ``token`` opens, unless it is over its time."""
        condition = conversations.c.token_hash == _hash(token), conversations.c.expires_at > self._clock()
        with reading(self._engine) as connection:
            row = connection.execute(select(conversations).where(*condition)).first()
        return None if row is None else self._records.conversation(row)

    def get(self, conversation_id: str) -> Conversation | None:
        """The conversation of this id."""
        with reading(self._engine) as connection:
            return self._records.read(connection, conversation_id)

    def since(self, conversation_id: str, seq: int) -> list[Message]:
        """The next messages after ``seq``, in order: so many at most that no conversation fills the memory."""
        query = (
            select(messages)
            .where(messages.c.conversation_id == conversation_id, messages.c.seq > seq)
            .order_by(messages.c.seq)
            .limit(_PAGE)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [self._records.message(row) for row in rows]

    def say(self, conversation_id: str, client_id: str, text: str, *, ask: str, chosen: bool = False) -> Kept | None:
        """Keep a citizen's message, and that Rasa is to be asked ``ask``; the same ``client_id`` again changes nothing.

        A conversation that was closed is open again. ``text`` must have been masked; ``chosen``: a button was pressed.
        """
        with writing(self._engine) as connection:
            conversation = self._records.locked(connection, conversation_id)
            if conversation is None:
                return None
            known = self._records.known(connection, conversation_id, client_id)
            if known is not None:
                return Kept(message=known, fresh=False)
            message = self._records.append(
                connection, conversation, "citizen", text, client_id=client_id, chosen=chosen
            )
            state = "bot" if conversation.state == "closed" else conversation.state
            self._records.change(connection, conversation_id, state=state, expires_at=self._clock() + self._lifetime)
            if state == "bot":  # else a human answers
                self._records.ask(connection, conversation_id, message.seq, ask)
        return Kept(message=message, fresh=True)

    def act(
        self,
        conversation_id: str,
        client_id: str,
        text: str,
        run: Run,
        *,
        chosen: bool = False,
        corrects: Mapping[str, str] | None = None,
    ) -> tuple[Kept, Done] | None:
        """Keep a citizen's message that web acts on itself, and in the same transaction what ``run`` makes of it.

        The same ``client_id`` again changes nothing. Raises what ``run`` raises, and then nothing is kept.
        """
        with writing(self._engine) as connection:
            conversation = self._records.locked(connection, conversation_id)
            if conversation is None:
                return None
            known = self._records.known(connection, conversation_id, client_id)
            if known is not None:
                return Kept(message=known, fresh=False), Done()
            message = self._records.append(
                connection, conversation, "citizen", text, client_id=client_id, chosen=chosen, corrects=corrects
            )
            state = "bot" if conversation.state == "closed" else conversation.state
            self._records.change(connection, conversation_id, state=state, expires_at=self._clock() + self._lifetime)
            conversation = replace(conversation, state=state, last_seq=message.seq)
            outcome = run(connection, conversation, message)
            return Kept(message=message, fresh=True), carry_out(self._records, connection, conversation, outcome)

    def happen(self, conversation_id: str, run: Callable[[Connection, Conversation], Outcome | None]) -> Done:
        """Carry out what happens to a conversation without a word of the citizen's."""
        with writing(self._engine) as connection:
            conversation = self._records.locked(connection, conversation_id)
            outcome = None if conversation is None else run(connection, conversation)
            if conversation is None or outcome is None:
                return Done()
            return carry_out(self._records, connection, conversation, outcome)

    def choice(self, conversation_id: str, choice_id: str) -> Choice | None:
        """The choice the assistant gave under this id in this very conversation."""
        seq, _, place = choice_id.partition(".")
        if not (seq.isascii() and seq.isdigit() and place.isascii() and place.isdigit() and len(choice_id) <= 16):
            return None
        query = select(messages).where(messages.c.conversation_id == conversation_id, messages.c.seq == int(seq))
        with reading(self._engine) as connection:
            row = connection.execute(query).first() if int(seq) < 2**31 else None
        choices = self._records.message(row).choices if row is not None else ()
        return choices[int(place)] if int(place) < len(choices) else None

    def next_turn(self, conversation_id: str) -> Turn | None:
        """The oldest open turn of a conversation whose state is `bot`."""
        query = (
            select(turns)
            .join(conversations)
            .where(turns.c.conversation_id == conversation_id, conversations.c.state == "bot")
            .order_by(turns.c.id)
            .limit(1)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        asked = self._vault.open_json(row.sealed)
        return Turn(
            id=row.id,
            conversation_id=row.conversation_id,
            seq=row.seq,
            message=asked["message"],
            opening=asked["opening"],
            created_at=row.created_at,
        )

    def is_open(self, turn: Turn) -> bool:
        """Whether a turn still waits for its answer."""
        with reading(self._engine) as connection:
            return connection.execute(select(turns.c.id).where(turns.c.id == turn.id)).first() is not None

    def waiting(self) -> list[str]:
        """The conversations that wait for an answer from Rasa."""
        query = select(turns.c.conversation_id).join(conversations).where(conversations.c.state == "bot").distinct()
        with reading(self._engine) as connection:
            return list(connection.execute(query).scalars())

    def answer(self, turn: Turn, answer: Answer, *, login_id: str | None) -> Done | None:
        """Keep the answer to a turn and all that follows from it, whole or not at all.

        None when the turn is no longer open (somebody else answered it, or the conversation is gone), and
        when the citizen has logged in or out since it was asked under ``login_id``: then it stays open.
        """
        with writing(self._engine) as connection:
            conversation = self._records.locked(connection, turn.conversation_id)
            if conversation is None or conversation.login_id != login_id:
                return None
            if not self._records.close_turn(connection, turn):
                return None
            # Memory holds for one turn what was asked for, unless the turn asked again.
            memory = answer.memory or conversation.memory.but(asked=None, misses=0)
            if answer.login and memory.pending is None:
                memory = memory.but(pending=answer.login)
            self._records.change(
                connection, conversation.id, troubled=False, memory=self._records.sealed_memory(memory)
            )
            card = LOGIN_CARD if answer.login else answer.card
            follows = self._consequences is not None and (answer.handoff or answer.meeting)
            # Only an answer can be a wrong one; a form to fill in is none.
            bare = not follows and (card is None or card["type"] == "case")
            replies = turn.seq if bare and answer.understood and answer.understood.may_be_wrong else None
            own: tuple[Message, ...] = ()
            # What has a card or choices of its own stands alone; else one message says it all.
            if not follows or card or answer.choices:
                own = (
                    self._records.append(
                        connection,
                        conversation,
                        "assistant",
                        answer.text,
                        choices=answer.choices,
                        card=card,
                        answers=replies,
                    ),
                )
            done = Done()
            if follows and self._consequences is not None:
                now = replace(conversation, memory=memory, last_seq=conversation.last_seq + len(own))
                outcome = self._consequences.follow(connection, now, answer, "" if own else answer.text)
                done = carry_out(self._records, connection, now, outcome)
            if self._learning is not None:
                self._learning.answered(connection, turn, answer)
        return replace(done, messages=(*own, *done.messages))

    def trouble(self, turn: Turn, text: str, *, choices: tuple[Choice, ...] = ()) -> Message | None:
        """Tell the citizen that the answer is late; None when that was told and no answer has come since."""
        with writing(self._engine) as connection:
            conversation = self._records.locked(connection, turn.conversation_id)
            if conversation is None or conversation.troubled:
                return None
            self._records.change(connection, conversation.id, troubled=True)
            return self._records.append(connection, conversation, "system", text, choices=choices)

    def give_up(self, turn: Turn, text: str, *, choices: tuple[Choice, ...] = ()) -> Message | None:
        """Tell the citizen that no answer will come, in place of one."""
        with writing(self._engine) as connection:
            conversation = self._records.locked(connection, turn.conversation_id)
            if conversation is None or not self._records.close_turn(connection, turn):
                return None
            self._records.change(connection, conversation.id, troubled=False)
            return self._records.append(connection, conversation, "system", text, choices=choices)

    def seen(self, conversation_id: str, seq: int) -> int | None:
        """The citizen has seen up to ``seq``; gives the new mark, None when it was there already."""
        with writing(self._engine) as connection:
            conversation = self._records.locked(connection, conversation_id)
            if conversation is None:
                return None
            mark = min(seq, conversation.last_seq)
            if mark <= conversation.seen_seq:
                return None
            self._records.change(connection, conversation_id, seen_seq=mark)
        return mark

    def close(self, conversation_id: str, text: str | None, *, unless_waiting: bool = False) -> Message | None:
        """End a conversation: what waits for an answer gets none, what was remembered is forgotten, ``text`` says so.

        Its messages stay until it is over its time. With ``unless_waiting`` nothing happens while something waits
        for an answer. None when it was closed already, or ``text`` is None.
        """
        with writing(self._engine) as connection:
            conversation = self._records.locked(connection, conversation_id)
            if conversation is None or conversation.state == "closed":
                return None
            waiting = select(turns.c.id).where(turns.c.conversation_id == conversation_id)
            if unless_waiting and connection.execute(waiting).first() is not None:
                return None
            connection.execute(delete(turns).where(turns.c.conversation_id == conversation_id))
            self._records.change(
                connection, conversation_id, state="closed", login_id=None, memory=None, troubled=False
            )
            return None if text is None else self._records.append(connection, conversation, "system", text)

    def erase(self, conversation_id: str) -> bool:
        """Delete a conversation at once. True when a promised call or meeting is still kept, and nothing else of it."""
        with writing(self._engine) as connection:
            if self._records.locked(connection, conversation_id) is None:
                return False
            if self._learning is not None:
                self._learning.forget(
                    connection, select(conversations.c.id).where(conversations.c.id == conversation_id)
                )
            if self._consequences is None or not self._consequences.erased(connection, conversation_id):
                connection.execute(delete(conversations).where(conversations.c.id == conversation_id))
                return False
            for table in (messages, turns, login_attempts, logins):
                connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
            # No secret opens it any more.
            gone = {"token_hash": _hash(secrets.token_urlsafe(32)), "state": ERASED, "memory": None, "login_id": None}
            self._records.change(connection, conversation_id, **gone)
        return True

    def erase_expired(self) -> int:
        """Delete the conversations over their time, with everything of theirs; how many there were.

        One in which somebody is still owed an answer, a call or a meeting, or in which something is signed that the
        case system has not taken yet, lives on until that is done.
        """
        now = self._clock()
        owed = (
            conversations.c.id.in_(
                select(handoffs.c.conversation_id).where(handoffs.c.status.in_(("waiting", "claimed")))
            )
            | conversations.c.id.in_(
                select(handoffs.c.conversation_id)
                .join(filings, filings.c.handoff_id == handoffs.c.id)
                .where(filings.c.status == "pending")
            )
            | conversations.c.id.in_(
                select(meetings.c.conversation_id).where(meetings.c.status == "booked", meetings.c.ends_at > now)
            )
        )
        with writing(self._engine) as connection:
            connection.execute(
                update(conversations)
                .where(conversations.c.expires_at <= now + _OWED_LOOK, owed)
                .values(expires_at=now + self._lifetime)
            )
            over = conversations.c.expires_at <= now
            # Locked first: an answer that is just being written in one of them is forgotten with the rest of it.
            connection.execute(
                select(conversations.c.id).where(over).order_by(conversations.c.id).with_for_update()
            ).all()
            if self._learning is not None:
                self._learning.forget(connection, select(conversations.c.id).where(over))
            gone = connection.execute(delete(conversations).where(over))
        return int(gone.rowcount)


def _hash(token: str) -> str:
    # A token comes from outside: JSON can hold half a surrogate pair, which plain UTF-8 refuses.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
