"""The conversations as the rest of web meets them: begin, open, say, choose, log in and out, end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import structlog
from sqlalchemy.engine import Connection

from bot.chat.announcing import Announcer
from bot.chat.answering import Answering
from bot.chat.bus import Bus, Frame, Subscription
from bot.chat.consequences import OURS, Draft, Outcome, Run
from bot.chat.housekeeping import Chore, HouseKeeping
from bot.chat.incoming import HandoffForm, MeetingForm, Survey
from bot.chat.learning import Learning
from bot.chat.log import Log
from bot.chat.protocol import erased_frame
from bot.chat.rasa import Choice, Gateway, typed
from bot.chat.records import Conversation, Kept, Message
from bot.chat.texts import (
    A_HUMAN,
    CLOSED,
    CLOSED_AND_LOGGED_OUT,
    ERASED,
    ERASED_BUT_PROMISED,
    FORM_WORDS,
    LOGGED_IN,
    LOGGED_IN_WITHOUT_NAME,
    LOGGED_OUT,
    LOGIN_EXPIRED,
    MEETING_WORDS,
    WRONG_THANKS,
    WRONG_THANKS_TO_A_HUMAN,
)
from bot.errors import NotFoundError
from bot.handoff.summary.fields import CORRECTABLE, SINGLE
from bot.handoff.takeover import Takeover, correction_text
from bot.identity.logins import Login, Logins
from bot.privacy.masking import mask
from bot.store.blocking import Blocking

log = structlog.get_logger(__name__)

OPENING = "/hilsen"  # with metadata.opening the assistant introduces itself

_WAKE_EVERY = 3  # looks between looks for turns that nobody works on
_ERASE_EVERY = 120  # looks between erasing what is over its time

Acknowledge = Callable[[Kept], None]


class Conversations:
    """Everything a citizen can do. What is done is kept before anybody hears of it."""

    def __init__(
        self,
        chat_log: Log,
        bus: Bus,
        announcer: Announcer,
        answering: Answering,
        gateway: Gateway,
        logins: Logins,
        blocking: Blocking,
        *,
        takeover: Takeover,
        learning: Learning | None = None,
        acted: Callable[[], None] = lambda: None,
        chores: Sequence[Chore] = (),
    ) -> None:
        self._takeover = takeover
        self._learning = learning
        self._acted = acted  # something may be there to be sent
        self._log = chat_log
        self._bus = bus
        self._announcer = announcer
        self._answering = answering
        self._gateway = gateway
        self._logins = logins
        self._blocking = blocking
        self._house = HouseKeeping(
            [
                (self._tell_of_logins, 1),
                *((chore, 1) for chore in chores),
                (answering.wake_all, _WAKE_EVERY),
                (self._erase_expired, _ERASE_EVERY),
            ]
        )

    async def start(self) -> None:
        """Take up what waits for an answer, and keep house from now on."""
        self._house.start()

    async def stop(self) -> None:
        """Let go; what waits is taken up by the next `start`."""
        await self._house.stop()
        await self._answering.stop()

    async def create(self) -> tuple[Conversation, str]:
        """Begin a conversation; gives it and its token. The assistant speaks first."""
        conversation, token = await self._blocking(self._log.create, opening=OPENING)
        self._answering.wake(conversation.id)
        return conversation, token

    async def open(self, token: str) -> Conversation | None:
        """The conversation that a token opens."""
        return await self._blocking(self._log.open, token)

    async def open_token(self, token: str) -> str | None:
        """The id of the conversation that a token opens."""
        conversation = await self.open(token)
        return None if conversation is None else conversation.id

    def subscribe(self, conversation_id: str) -> Subscription:
        """Hear of everything that comes into a conversation from now on."""
        return self._bus.subscribe(conversation_id)

    def readers(self, conversation_id: str) -> int:
        """How many have a conversation open now."""
        return self._bus.readers(conversation_id)

    def unsubscribe(self, conversation_id: str, subscription: Subscription) -> None:
        """Hear no more."""
        self._bus.unsubscribe(conversation_id, subscription)

    async def current(self, conversation_id: str) -> tuple[Conversation, Login | None]:
        """A conversation and who is logged in in it, as of now. Raises NotFoundError when it is gone."""
        conversation = await self._blocking(self._log.get, conversation_id)
        if conversation is None:
            raise NotFoundError("a conversation that is gone")
        return conversation, await self._announcer.login(conversation.login_id)

    async def standing(self, conversation_id: str) -> Frame:
        """How it stands with a handoff, as fields of a welcome frame."""
        return await self._announcer.standing(conversation_id)

    async def since(self, conversation_id: str, seq: int) -> list[Message]:
        """The next messages after ``seq``, in order; empty when there are none."""
        return await self._blocking(self._log.since, conversation_id, seq)

    async def say(self, conversation_id: str, client_id: str, text: str, *, kept: Acknowledge) -> None:
        """Keep what the citizen wrote, masked, and get it answered. ``kept`` is called before anybody hears of it.

        Raises NotFoundError when the conversation is gone.
        """
        masked = mask(text)
        await self._keep(conversation_id, client_id, masked, typed(masked), kept)

    async def choose(self, conversation_id: str, client_id: str, choice_id: str, *, kept: Acknowledge) -> None:
        """Keep which choice the citizen took, and get it answered; as `say`.

        Raises NotFoundError when the assistant never gave that choice in this conversation.
        """
        choice = await self._blocking(self._log.choice, conversation_id, choice_id)
        if choice is None:
            raise NotFoundError("a choice that was never given")
        if not choice.payload.startswith(OURS):
            await self._keep(conversation_id, client_id, choice.title, choice.payload, kept, chosen=True)
            return
        words = choice.payload.removeprefix(OURS).split(":")

        def run(connection: Connection, conversation: Conversation, message: Message) -> Outcome:
            return self._takeover.command(connection, conversation, words)

        await self._act(conversation_id, client_id, choice.title, run, kept, chosen=True)

    async def handoff_form(self, conversation_id: str, form: HandoffForm, *, kept: Acknowledge) -> None:
        """The citizen has read the summary, and may have put it right; as `say`. Raises NotFoundError, InputError."""
        # Of some things there are several, a line to each; what there is one of stands on one line.
        fields = {
            kind: mask(" ".join(value.split("\n")) if kind in SINGLE else value)
            for kind, value in form.fields.items()
            if kind in CORRECTABLE
        }
        add = mask(form.add)
        text = correction_text(fields, add)
        corrected = bool(text)

        def run(connection: Connection, conversation: Conversation, message: Message) -> Outcome:
            return self._takeover.handoff_form(connection, conversation, form.handoff, form.do, corrected=corrected)

        await self._act(
            conversation_id, form.id, text or FORM_WORDS[form.do], run, kept, chosen=not corrected, corrects=fields
        )

    async def meeting_form(self, conversation_id: str, form: MeetingForm, *, kept: Acknowledge) -> None:
        """The citizen has filled in what a meeting needs; as `say`. Raises NotFoundError, InputError."""

        def run(connection: Connection, conversation: Conversation, message: Message) -> Outcome:
            return self._takeover.meeting_form(connection, conversation, form.meeting, form.do, form.details)

        await self._act(conversation_id, form.id, MEETING_WORDS[form.do], run, kept, chosen=True)

    async def survey(self, conversation_id: str, form: Survey) -> int:
        """Keep how the citizen felt met, once for each handoff; gives the last seq. Raises NotFoundError."""

        def run(connection: Connection, conversation: Conversation) -> Outcome | None:
            return self._takeover.survey(connection, conversation, form)

        done = await self._blocking(self._log.happen, conversation_id, run)
        await self._announcer.done(conversation_id, done, news=False)
        conversation, _ = await self.current(conversation_id)
        return conversation.last_seq

    async def wrong(self, conversation_id: str, seq: int) -> None:
        """The assistant's message ``seq`` is no answer, says the citizen: kept, thanked for, with the way to a human.

        Saying so again changes nothing. Raises NotFoundError for what answers nothing that the citizen typed.
        """

        def run(connection: Connection, conversation: Conversation) -> Outcome | None:
            if self._learning is None:
                raise NotFoundError("nobody keeps what was wrong")
            if not self._learning.answered_wrong(connection, conversation.id, seq):
                return None
            attended = conversation.state in ("queued", "human")
            text = WRONG_THANKS_TO_A_HUMAN if attended else WRONG_THANKS
            human = () if attended else (Choice(title=A_HUMAN, payload=f"{OURS}handoff:wrong"),)
            return Outcome(drafts=(Draft(text=text, choices=human, sender="system"),))

        done = await self._blocking(self._log.happen, conversation_id, run)
        await self._announcer.done(conversation_id, done, news=False)

    async def typing(self, conversation_id: str) -> None:
        """The citizen is typing: of interest to a human at the other end."""
        self._announcer.frame(conversation_id, {"type": "typing", "from": "citizen"})

    async def _act(
        self,
        conversation_id: str,
        client_id: str,
        text: str,
        run: Run,
        kept: Acknowledge,
        *,
        chosen: bool,
        corrects: Mapping[str, str] | None = None,
    ) -> None:
        acted = await self._blocking(
            self._log.act, conversation_id, client_id, text, run, chosen=chosen, corrects=corrects
        )
        if acted is None:
            raise NotFoundError("a conversation that is gone")
        message, done = acted
        kept(message)
        if message.fresh:
            self._announcer.message(conversation_id, message.message)
            await self._announcer.done(conversation_id, done, news=True)
            self._acted()
        self._answering.wake(conversation_id)

    async def _keep(
        self,
        conversation_id: str,
        client_id: str,
        text: str,
        ask: str,
        kept: Acknowledge,
        *,
        chosen: bool = False,
    ) -> None:
        before = await self._blocking(self._log.get, conversation_id)
        done: Kept | None = await self._blocking(
            self._log.say, conversation_id, client_id, text, ask=ask, chosen=chosen
        )
        if done is None:
            raise NotFoundError("a conversation that is gone")
        kept(done)
        if done.fresh:
            self._announcer.message(conversation_id, done.message)
            if before is not None and before.state == "closed":
                await self._announcer.state(conversation_id)
            if before is not None and before.state in ("queued", "human"):
                self._announcer.desk({"type": "queue", "said": conversation_id})
        self._answering.wake(conversation_id)

    async def seen(self, conversation_id: str, seq: int) -> None:
        """The citizen has seen everything up to ``seq``; their other windows hear of it."""
        mark = await self._blocking(self._log.seen, conversation_id, seq)
        if mark is not None:
            self._announcer.frame(conversation_id, {"type": "seen", "seq": mark})

    async def login_failed(self, conversation_id: str, text: str) -> None:
        """A login did not go through, and ``text`` says why; where it fails again and again, a human helps."""

        def run(connection: Connection, conversation: Conversation) -> Outcome:
            return self._takeover.login_failed(connection, conversation, text)

        done = await self._blocking(self._log.happen, conversation_id, run)
        await self._announcer.done(conversation_id, done, news=len(done.messages) > 1)

    async def login_completed(self, conversation_id: str, login: Login) -> None:
        """The citizen has logged in: they are told, and a question that waited for it is asked again by itself."""
        text = LOGGED_IN.format(name=login.name) if login.name else LOGGED_IN_WITHOUT_NAME
        message = await self._blocking(self._log.logins.completed, conversation_id, login.id, text)
        self._announcer.message(conversation_id, message)
        await self._announcer.state(conversation_id)
        self._answering.wake(conversation_id)

    async def login_ended(self, conversation_id: str) -> None:
        """The citizen has logged out."""
        await self._announcer.login_over(conversation_id, LOGGED_OUT)

    async def end(self, conversation_id: str) -> None:
        """The citizen is done: logged out, nothing more is answered. Writing again opens the conversation again."""
        login = await self._blocking(self._logins.current, conversation_id)
        if login is not None:
            await self._blocking(self._logins.end, login.id)
        text = CLOSED if login is None else CLOSED_AND_LOGGED_OUT
        self._announcer.message(conversation_id, await self._blocking(self._log.close, conversation_id, text))
        await self._announcer.state(conversation_id)

    async def erase(self, conversation_id: str) -> None:
        """The citizen wants it all gone, now. A call or a meeting that was promised is kept: that was asked for."""
        promised = await self._blocking(self._log.erase, conversation_id)
        log.info("conversation.erased", conversation=conversation_id)
        self._announcer.frame(conversation_id, erased_frame(ERASED_BUT_PROMISED if promised else ERASED))
        self._announcer.desk({"type": "queue", "sent": None})
        await self._gateway.forget(conversation_id)

    async def _tell_of_logins(self) -> None:
        for conversation_id, login_id in await self._blocking(self._log.logins.over):
            try:
                await self._announcer.login_over(conversation_id, LOGIN_EXPIRED, login_id=login_id)
            except Exception as error:  # one that can't be read holds up no other
                log.error("login_over.failed", conversation=conversation_id, kind=type(error).__name__)
        for conversation_id, login_id in await self._blocking(self._log.logins.untold):
            login = await self._announcer.login(login_id)
            if login is not None:
                await self.login_completed(conversation_id, login)

    async def _erase_expired(self) -> None:
        erased = await self._blocking(self._log.erase_expired)
        if erased:
            log.info("conversations.over_their_time", erased=erased)
