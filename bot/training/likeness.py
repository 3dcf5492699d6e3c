"""When two messages ask for the same thing in nearly the same words: then they are one row of the inbox.

Two are alike when they hold the same words, whatever their order, their endings and their spelling of æ, ø and å:
"Hvornår får jeg svar på min ansøgning?" and "ansøgningen, hvornår får man svar". Words that carry no question
(greetings, "jeg", "gerne", "vil") count for nothing; question words and "ikke" do. Which number or date it is
says nothing of what is wanted, that there is one does. Nothing is guessed beyond that: synonyms stay two rows.
"""

from __future__ import annotations

import re

from bot.nlu.normalising import fold, lemma
from bot.privacy.masking import MARK
from bot.store.crypto import Vault

_NUMBER = "#"
_MOST = 60  # words that are looked at; a letter's beginning says what it is about
_WORDS = re.compile(r"[^\W_]*\d[\w./:-]*|[^\W\d_]+")
_CARRIES_NOTHING = frozenset(
    """
    jeg mig min mit mine du dig din dit dine vi os vores man i jer jeres de dem deres den det der denne dette disse her
    han ham hans hun hende hendes sig en et er var vaere vaeret blive bliver blev have har havde faa at og men eller som
    for til af paa med om ved fra saa lige bare gerne venligst kan kunne vil ville nu da jo vel nok altsaa egentlig
    hej hejsa goddag hallo tak hilsen venlig paa forhaand undskyld oh
    """.split()  # noqa: SIM905 (prose reads better in lines)
)
_SMALL_TALK = frozenset(
    """
    ja jo nej ok okay okey fint fin super godt god jep jeps joh naa nope klart selvfoelgelig netop praecis hej hejsa
    halloej goddag dav davs hallo morgen aften dag tak tusind mange selv farvel hav det ses vi tales hilsen lov lige det
    er lyder gerne perfekt smart
    """.split()  # noqa: SIM905 (prose reads better in lines)
)


def words_alike(text: str) -> tuple[str, ...]:
    """The words that ``text`` is compared by, each once, sorted; all of its words where none carries anything."""
    forms = _forms(text)
    carrying = {word for form in forms if form not in _CARRIES_NOTHING for word in _reduced(form)} - _CARRIES_NOTHING
    return tuple(sorted(carrying or {word for form in forms for word in _reduced(form)}))


def likeness(vault: Vault, text: str) -> str:
    """The keyed fingerprint that alike messages share."""
    return vault.fingerprint("likeness " + " ".join(words_alike(text)))


def terms(vault: Vault, text: str) -> frozenset[str]:
    """Keyed fingerprints of the words a message is found by; alike messages have the same."""
    return frozenset(vault.fingerprint(f"inbox {word}") for word in words_alike(text) if word != _NUMBER)


def tells_something(text: str) -> bool:
    """Whether it is more than a hello, a thank-you, a yes, a no, or signs and numbers."""
    words = [form for form in _forms(text) if not _is_number(form)]
    return any(len(word) > 1 for word in words) and not _SMALL_TALK.issuperset(words)


def _forms(text: str) -> list[str]:
    return _WORDS.findall(fold(text.replace(MARK, " 1 ")))[:_MOST]


def _reduced(form: str) -> list[str]:
    return [_NUMBER] if _is_number(form) else lemma(form).split()


def _is_number(form: str) -> bool:
    return any(sign.isdigit() for sign in form)
