"""What staff write, made ready to be kept: readable, not too long, and without CPR numbers."""

from __future__ import annotations

import re

from bot.desk.refusals import Unusable
from bot.privacy.masking import mask

MAX_TEXT = 3000  # characters, as in the chat
# Signs that show nothing and carry no meaning; a tab and a line break do.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MISSING = "Skriv noget først."
_TOO_LONG = "Teksten er for lang. Skriv højst 3.000 tegn."


def written(text: str, *, missing: str = _MISSING) -> str:
    """``text`` masked. Raises Unusable, in the words of ``missing``, when it is empty, and when it is too long."""
    made = optional(text)
    if not made:
        raise Unusable("an empty text", staff=missing)
    return made


def in_words(text: str, *, missing: str = _MISSING) -> str:
    """The same, and there must be a word in it: a dash or a number explains nothing."""
    made = written(text, missing=missing)
    if not any(sign.isalpha() for sign in made):
        raise Unusable("a text without words", staff=missing)
    return made


def optional(text: str) -> str:
    """The same, and it may be empty."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    # JSON can hold half a surrogate pair, which is no text.
    plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
    if len(plain) > MAX_TEXT:
        raise Unusable("a text that is too long", staff=_TOO_LONG)
    return mask(plain)
