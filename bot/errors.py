"""The errors of the product, and what each reader of one is told.

BorgerkontaktError                  the one to catch
├── SettingsError                   a setting or a file of settings is wrong
├── InputError                      something from outside did not hold
├── NotFoundError                   what was asked for is not there (or not theirs to see)
├── CaseSystemError
│   ├── CaseSystemDown              did not answer at all
│   ├── CaseSystemSlow              did not answer in time
│   ├── CaseSystemNonsense          answered with what is no case
│   └── CaseSystemTooMuch           has more cases of one citizen than can be shown
├── CaseSystemReadOnly              nothing can be written into it
└── IdentityError                   a login that does not count
"""

from __future__ import annotations


class BorgerkontaktError(Exception):
    """Base of every error this product raises on purpose.

    ``log`` is what the log gets: never personal data. ``staff`` and ``citizen``
    are Danish sentences that may be shown as they stand.
    """

    citizen = "Der gik noget galt hos os. Prøv igen om lidt."
    staff = "Der opstod en fejl i systemet."

    def __init__(self, log: str, *, citizen: str | None = None, staff: str | None = None) -> None:
        super().__init__(log)
        self.log = log
        if citizen is not None:
            self.citizen = citizen
        if staff is not None:
            self.staff = staff


class SettingsError(BorgerkontaktError):
    """A setting, or a file of settings, is missing or wrong; the text says what would be right."""


class InputError(BorgerkontaktError):
    """Something that came from outside did not hold; nothing was kept of it."""

    citizen = "Det kunne jeg ikke bruge. Prøv igen."


class NotFoundError(BorgerkontaktError):
    """What was asked for is not there, or not theirs to see: the two are never told apart."""

    citizen = "Det kunne jeg ikke finde."


class CaseSystemError(BorgerkontaktError):
    """The case system gave no usable answer."""

    citizen = "Jeg kan ikke få fat i sagssystemet lige nu."
    staff = "Sagssystemet svarer ikke, som det skal."


class CaseSystemDown(CaseSystemError):
    """The case system could not be reached."""


class CaseSystemSlow(CaseSystemError):
    """The case system did not answer within the time set."""


class CaseSystemNonsense(CaseSystemError):
    """The case system answered with something that is no case."""


class CaseSystemTooMuch(CaseSystemError):
    """The case system has more cases of one citizen than can be asked for and shown."""

    citizen = "Du har flere sager, end jeg kan vise her."
    staff = "Borgeren har flere sager, end der kan vises her. Slå dem op i sagssystemet."


class CaseSystemReadOnly(BorgerkontaktError):
    """Nothing can be written into the case system: it is only read."""

    staff = "Der kan ikke skrives i sagssystemet herfra. Kopiér teksten, og sæt den selv ind i sagssystemet."


class IdentityError(BorgerkontaktError):
    """A login that does not count: ``citizen`` says why and what to do."""

    citizen = "Dit login gik ikke igennem. Prøv igen."
