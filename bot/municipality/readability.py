"""How easy a Danish text is to read: words as a reader counts them, and the readability index LIX."""

from __future__ import annotations

import re

# What every text to citizens is held to.
MOST_LIX = 35
MOST_WORDS = 60


def words_of(text: str) -> list[str]:
    """The words as a reader counts them; the digits of one phone number are one."""
    return [word for word in re.sub(r"(?<=\d) (?=\d)", "", text).split() if re.search(r"\w", word)]


def lix(text: str) -> float:
    """The Danish readability index: words a sentence, plus the share of words with more than six letters.

    A sentence ends at . ! ? or : or at the line's end; "3. december" and "kl. 9" end none. Addresses on
    the net, numbers and spans of hours are read at a glance, and count as short words. 0 for a text without words.
    """
    plain = re.sub(r"(\d)\.(?= [a-zæøå])|\bkl\.", r"\1", text)
    sentences = [part for part in re.split(r"[.!?:](?:\s|$)|\n", plain) if words_of(part)]
    words = words_of(plain)
    if not words:
        return 0.0
    long = [word for word in words if len(re.sub(r"\W", "", word)) > 6 and not re.search(r"[\d@]|\w\.\w", word)]
    return len(words) / len(sentences) + 100 * len(long) / len(words)
