"""What is the same to a reader is made the same for the classifier: letters, repetitions, the chat's short forms."""

from __future__ import annotations

import re
from functools import lru_cache

import simplemma

from bot.danish import lexicon, spelling

_DRAWN_OUT = re.compile(r"([a-z!?.])\1{2,}")
# How people shorten in a chat, folded; only what stands for one thing.
_SHORT_FORMS = {
    "ik": "ikke", "ikk": "ikke", "ikek": "ikke", "oss": "ogsaa", "osse": "ogsaa", "hva": "hvad", "hvd": "hvad",
    "hvornor": "hvornaar", "vornaar": "hvornaar", "vem": "hvem", "vad": "hvad", "vor": "hvor", "vordan": "hvordan",
    "hvodan": "hvordan", "ka": "kan", "sku": "skulle", "ve": "ved", "mvh": "hilsen", "vh": "hilsen",
    "pga": "paa grund af", "ang": "angaaende", "vedr": "vedroerende", "mht": "med hensyn til", "plz": "tak",
    "pls": "tak", "please": "tak", "thx": "tak", "tlf": "telefon", "nr": "nummer", "mdr": "maaneder",
    "evt": "eventuelt", "noen": "nogen", "gerene": "gerne", "lie": "lige", "li": "lige", "sagsbeh": "sagsbehandler",
}  # fmt: skip


def fold(text: str) -> str:
    """Lower case, with æ, ø and å written out, w as v, and letters drawn out ("neeeej") cut to two.

    Danish has w in foreign words alone, but whoever writes as they speak in Jutland asks "hworfor" and "hwilken".
    """
    return _DRAWN_OUT.sub(r"\1\1", spelling.fold(text).replace("w", "v"))


@lru_cache(maxsize=50_000)
def lemma(word: str) -> str:
    """A word as it stands in the dictionary, folded; a short form written out.

    The lemmas are simplemma's (a list of Danish words with rules for the rest, see its documentation). It knows no
    "boernene", so a word is looked up as it is written with Danish letters, whichever the citizen has.
    """
    folded = fold(word)
    if folded in _SHORT_FORMS:
        return _SHORT_FORMS[folded]
    return lexicon.lemma(folded) or fold(simplemma.lemmatize(next(lexicon.written(folded)), lang="da"))
