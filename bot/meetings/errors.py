"""What can go wrong with a meeting, and what those who asked are told.

BorgerkontaktError
├── SlotTaken        the time is somebody else's, or none that can be booked
├── MeetingGone      there is no such meeting, or not theirs to see, or it is over
├── MeetingChanged   somebody else changed it first
└── TooManyMeetings  one conversation has booked as many as it may
"""

from __future__ import annotations

from bot.errors import BorgerkontaktError, NotFoundError


class SlotTaken(BorgerkontaktError):
    """The time can't be had; nothing was changed."""

    citizen = "Den tid er desværre lige blevet taget af en anden. Vælg en anden tid."
    staff = "Tiden er taget eller kan ikke bookes. Vælg en anden."


class MeetingGone(NotFoundError):
    """There is no such meeting, or it is not theirs to see, or it is over: these are never told apart."""

    citizen = "Det møde findes ikke længere. Bestil et nyt, hvis du stadig har brug for det."
    staff = "Mødet findes ikke længere."


class MeetingChanged(BorgerkontaktError):
    """Somebody else changed the meeting first; look at it again, then try."""

    citizen = "Mødet er lige blevet ændret. Se på det igen, før du retter i det."
    staff = "Mødet er ændret af en anden, mens du så på det. Se på det igen, og ret så."


class TooManyMeetings(BorgerkontaktError):
    """One conversation has as many meetings ahead as it may."""

    citizen = (
        "Du har allerede tre møder, og flere kan man ikke bestille her. Flyt eller aflys et, eller bliv ringet op."
    )
    staff = "Borgeren har allerede de møder, der kan bestilles i én samtale."
