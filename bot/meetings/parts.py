"""The parts of a message about a meeting: its words, its card, and what the citizen can do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.chat.rasa import Choice
from bot.meetings import texts
from bot.meetings.cards import card
from bot.meetings.choosing import choice
from bot.meetings.model import Meeting, Status
from bot.meetings.slots import when_words
from bot.municipality.danish import number_words, time_words
from bot.municipality.model import Municipality
from bot.municipality.workdays import COPENHAGEN


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a message is to hold. ``asked``: what the citizen was asked for, for the conversation's memory."""

    text: str = field(repr=False)
    choices: tuple[Choice, ...] = ()
    card: dict[str, Any] | None = field(default=None, repr=False)
    asked: str | None = None


class Parts:
    """What is said of meetings that are there."""

    def __init__(self, municipality: Municipality) -> None:
        self._municipality = municipality

    def ask_cancel(self, meeting: Meeting) -> Part:
        """Ask whether it is really to be cancelled."""
        choices = (choice(texts.YES_CANCEL, "cancel", meeting.id), choice(texts.NO_KEEP, "keep", meeting.id))
        return Part(
            text=texts.REALLY_CANCEL.format(when=when_words(meeting.starts_at)),
            choices=choices,
            asked=_answered_by("cancel", "keep", meeting),
        )

    def which(self, mine: Sequence[Meeting], do: str) -> Part:
        """Ask which of several is to ``do``: move or cancel."""
        text, title, command = (
            (texts.WHICH_MOVE, texts.MOVE_ONE, "move")
            if do == "move"
            else (texts.WHICH_CANCEL, texts.CANCEL_ONE, "ask_cancel")
        )
        choices = tuple(choice(title.format(when=when_words(each.starts_at)), command, each.id) for each in mine)
        return Part(text=text, choices=choices)

    def show(self, mine: Sequence[Meeting]) -> Part:
        """Tell of the meetings there are; there is at least one."""
        if len(mine) == 1:
            one = mine[0]
            text = texts.ONE.format(when=when_words(one.starts_at))
            return Part(text=text, card=card(one, self._municipality), choices=self.on_card(one))
        lines = [f"- {card(each, self._municipality)['title']}: {when_words(each.starts_at)}" for each in mine]
        choices = [
            choice(title.format(when=when_words(each.starts_at)), command, each.id)
            for each in mine
            for title, command in ((texts.MOVE_ONE, "move"), (texts.CANCEL_ONE, "ask_cancel"))
        ]
        text = "\n".join((texts.SEVERAL.format(count=number_words(len(mine))), *lines))
        return Part(text=text, card=card(mine[0], self._municipality), choices=tuple(choices))

    def held(self, held: Meeting, moving: Meeting | None) -> Part:
        """Ask whether a held time is to be booked, or ``moving`` moved to it."""
        until = (held.held_until or held.changed_at).astimezone(COPENHAGEN).time().replace(second=0, microsecond=0)
        words = texts.HELD_TO_MOVE if moving else texts.HELD
        yes = texts.YES_MOVE if moving else texts.YES_BOOK
        return Part(
            text=words.format(when=when_words(held.starts_at), until=time_words(until)),
            card=card(held, self._municipality, agenda_of=moving),
            choices=(choice(yes, "book", held.id), choice(texts.NO_OTHER, "drop", held.id)),
            asked=_answered_by("book", "drop", held),
        )

    def on_card(self, meeting: Meeting) -> tuple[Choice, ...]:
        """What the citizen can do with a meeting."""
        if meeting.status is Status.HELD:
            return choice(texts.YES_BOOK, "book", meeting.id), choice(texts.NO_OTHER, "drop", meeting.id)
        if meeting.status is not Status.BOOKED:
            return ()
        return choice(texts.MOVE, "move", meeting.id), choice(texts.CANCEL, "ask_cancel", meeting.id)


def _answered_by(yes: str, no: str, meeting: Meeting) -> str:
    """What the conversation remembers of a question about one meeting: what a typed yes does, and a typed no."""
    return f"moede_svar:{yes}:{no}:{meeting.id}"
