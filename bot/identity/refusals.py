"""Why a login does not count, and what the citizen is told.

IdentityError (bot.errors)
├── LoginCancelled       the citizen turned back at the provider
├── LoginExpired         the attempt is too old, already used, or another browser's
├── LoginTooLow          logged in below the level the municipality asks for
├── LoginWithoutCpr      nobody the case system could know
├── LoginUntrusted       the provider's answer does not hold
├── LoginOfAnother       the conversation has belonged to another person
├── StaffWithoutRole     a member of staff who has no role here
└── ProviderDown         the provider does not answer, or answers with nonsense

``citizen`` and ``staff`` hold words that may be shown as they stand to whoever tried to log in. Where a
phone number helps a citizen, the caller adds it: only the caller knows the municipality's.
"""

from __future__ import annotations

from bot.errors import IdentityError


class LoginCancelled(IdentityError):
    """The citizen turned back at the provider."""

    citizen = "Du afbrød login, så jeg ved ikke, hvem du er. Du kan prøve igen, når du vil."
    staff = "Du afbrød login. Du kan prøve igen, når du vil."


class LoginExpired(IdentityError):
    """The attempt is unknown, too old or already used; the three are never told apart."""

    citizen = "Dit login tog for lang tid eller er brugt én gang. Gå tilbage til samtalen, og tryk på Log ind igen."
    staff = "Dit login tog for lang tid eller er brugt én gang. Log ind igen."


class LoginTooLow(IdentityError):
    """The login is below the levels the settings name (NSIS Substantial and High)."""

    citizen = (
        "Du er logget ind på et lavt niveau. Dine sager er private, så jeg må kun vise dem, når jeg er helt sikker "
        "på, hvem du er. Log ind igen med din MitID-app, kodeviser eller kodeoplæser."
    )


class LoginWithoutCpr(IdentityError):
    """The login names nobody the case system could know: no CPR number, or no valid one."""

    citizen = (
        "Jeg fik ikke dit CPR-nummer fra login, så jeg kan ikke finde dine sager. "
        "Log ind igen med dit private MitID. Et MitID Erhverv kan ikke bruges her."
    )


class LoginUntrusted(IdentityError):
    """The provider's answer does not hold: signature, issuer, audience, nonce, time."""

    citizen = "Jeg kunne ikke være sikker på svaret fra login, så du er ikke logget ind. Prøv at logge ind igen."
    staff = (
        "Vi kunne ikke være sikre på svaret fra login, så du er ikke logget ind. Prøv igen. "
        "Sker det flere gange, så bed it-afdelingen om at se på det."
    )


class LoginOfAnother(IdentityError):
    """Another person has been logged in in this conversation, so what it holds is theirs."""

    citizen = (
        "En anden har været logget ind i denne samtale. "
        "Start en ny samtale, og log ind der, så jeres sager ikke blandes sammen."
    )


class StaffWithoutRole(IdentityError):
    """The municipality's identity provider gives somebody none of the roles that the settings name."""

    citizen = "Her logger kommunens medarbejdere ind. Er du borger, så log ind i chatten på kommunens hjemmeside."
    staff = (
        "Din bruger har ikke adgang til Borgerkontakt. Bed din leder eller den, der styrer brugere hos jer, "
        "om at give dig adgang. Log så ind igen."
    )


class ProviderDown(IdentityError):
    """The provider does not answer in time, or its answer is none."""

    citizen = "Login virker ikke lige nu, og det er ikke din skyld. Prøv igen om lidt."
    staff = "Login-tjenesten svarer ikke, som den skal. Prøv igen om lidt."
