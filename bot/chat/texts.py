"""What web itself says to a citizen in the chat; what the assistant says stands in `domain.yml`."""

from __future__ import annotations

from datetime import timedelta

LOGGED_IN = "Du er logget ind som {name}."
LOGGED_IN_WITHOUT_NAME = "Du er logget ind."
LOGGED_OUT = "Du er logget ud."
LOGIN_EXPIRED = "Du er logget ud, fordi der er gået et stykke tid. Log ind igen, hvis du vil spørge til dine sager."
CLOSED = "Samtalen er afsluttet. Skriv igen, hvis der er mere."
CLOSED_AND_LOGGED_OUT = "Samtalen er afsluttet, og du er logget ud. Skriv igen, hvis der er mere."
ERASED = "Samtalen er slettet."
ERASED_BUT_PROMISED = "Samtalen er slettet. Det, vi har aftalt, står stadig: et opkald eller et møde."
A_HUMAN = "Tal med et menneske"
# What stands in the chat for a form that the citizen has sent, when nothing in it was written by hand.
FORM_WORDS = {
    "send": "Send til en medarbejder",
    "correct": "Ret",
    "call": "Ring til mig",
    "withdraw": "Nej tak",
}
MEETING_WORDS = {
    "book": "Ja, book mødet",
    "change": "Ret oplysningerne om mødet",
    "drop": "Nej, find en anden tid",
    "cancel": "Aflys mødet",
}
TROUBLE = (
    "Din besked er gemt, men jeg kan ikke svare lige nu. Jeg svarer her, så snart jeg kan. "
    "Vil du ikke vente, så ring til {name} på {phone}. Telefonerne er åbne {hours}."
)
TROUBLE_BEFORE_HELLO = (
    "Jeg kan ikke svare lige nu. Skriv bare: din besked bliver gemt, og jeg svarer her, så snart jeg kan. "
    "Vil du ikke vente, så ring til {name} på {phone}. Telefonerne er åbne {hours}."
)
GIVEN_UP = (
    "Jeg kan desværre ikke svare på din besked. Der er en fejl hos os, og det er ikke din skyld. "
    "Skriv den igen senere, eller ring til {name} på {phone}. Telefonerne er åbne {hours}."
)
WRONG_THANKS = (
    "Tak, fordi du siger det. Så bliver jeg bedre. Skriv det gerne på en anden måde, eller tal med et menneske."
)
WRONG_THANKS_TO_A_HUMAN = "Tak, fordi du siger det. Så bliver robotten bedre. Du kan bare skrive til medarbejderen her."

# What a frame or a request is answered with when it can't be used; by the error's code.
ERRORS = {
    "bad_frame": "Jeg kunne ikke læse det, din app sendte.",
    "too_big": "Beskeden er for stor. Del den op i flere.",
    "too_long": "Beskeden er for lang. Skriv højst 3.000 tegn, og send resten bagefter.",
    "empty": "Beskeden er tom. Skriv lidt tekst først.",
    "unknown_type": "Jeg kender ikke den slags besked fra din app.",
    "unknown_choice": "Det valg findes ikke længere. Skriv i stedet med dine egne ord.",
    "bad_token": "Samtalen er slut eller slettet. Start en ny samtale.",
    "no_hello": "Din app sagde ikke, hvilken samtale det er. Forbind igen.",
    "too_many": "Samtalen er åben for mange steder. Luk nogle af dem, og prøv igen.",
    "bad_origin": "Chatten kan ikke bruges fra denne hjemmeside.",
    "not_found": "Siden findes ikke.",
    "not_allowed": "Det kan man ikke her.",
    "bad_request": "Jeg kunne ikke læse det, der blev sendt.",
    "refused": "Det kunne jeg ikke bruge. Prøv igen.",
    "unavailable": "Det kan ikke lade sig gøre lige nu. Prøv igen om lidt.",
    "failed": "Der gik noget galt hos os. Prøv igen om lidt.",
}


def too_fast(seconds: float) -> str:
    """That messages come too fast, and in how long (seconds) the next one is welcome."""
    return f"Det går lidt hurtigt. Din besked er ikke sendt. Prøv igen om {_in_words(seconds)}."


def too_many_sessions(seconds: float) -> str:
    """That too many conversations were begun from one place, and when (seconds) a new one may be."""
    return f"Der er startet mange samtaler herfra. Prøv igen om {_in_words(seconds)}."


def too_many_logins(seconds: float) -> str:
    """That too many are on their way through login from one place, and when (seconds) to go on."""
    return f"Mange logger ind herfra lige nu. Prøv igen om {_in_words(seconds)}."


def _in_words(seconds: float) -> str:
    whole = max(1, round(seconds))
    if whole < 60:
        return "1 sekund" if whole == 1 else f"{whole} sekunder"
    minutes = -(-timedelta(seconds=whole) // timedelta(minutes=1))
    return "1 minut" if minutes == 1 else f"{minutes} minutter"
