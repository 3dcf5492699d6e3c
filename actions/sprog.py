"""Which language a message is written in, where it is plainly another than Danish."""

from __future__ import annotations

import re

# Short messages look like any language: "ja tak" was once taken for Polish.
_FEWEST_WORDS = 4
_FEWEST_KNOWN = 2
_KNOWN_SHARE = 0.34
# Small words that stand in nearly every sentence. What Danish has too counts for nothing.
_DANISH = """af alle alt at blev blive bliver da de dem den denne der deres det dig din dit dog du efter eller en er et
    fik for fordi fra få får fået før gerne gå går ham han har have havde hej hende her hos hun hvad hvem hvis hvor
    hvordan hvorfor hvornår i igen ikke ind jeg jer jeres kan kom kommer kun kunne lige man med meget men mig min mine
    mit mod må ned nej noget nogen nok nu når og også om op os over på selv sig sin skal skulle som så sådan tak til ud
    under var ved vi vil ville vores være været ja to be is"""
_WORDS = {
    "engelsk": """the and you your are what where when how why can could please with need want help not this that from
    would like speak english there which who my me it of am have has does did they we our been about for on in or if
    was will get do an i""",
    "tysk": """ich und der die das ist nicht wie wo wann warum mein meine haben habe hat kann können bitte für mit auf
    eine ein einen sie wir zu von dem es was wer brauche möchte hilfe deutsch sprechen mir mich bin sind oder aber im
    wird noch auch bei""",
    "polsk": """nie jest się mam czy jak gdzie kiedy proszę dla mój moja moje moją chcę potrzebuję pomocy mogę na do że
    co kto ale po polsku dzień dobry jestem od moim mnie""",
    "tyrkisk": """bir ve için ne nasıl nerede zaman benim var yok bu lütfen yardım istiyorum değil ben mi kadar türkçe
    bana çok ile daha ama nedir""",
    "rumænsk": """și nu este am cum unde când vreau pentru mea meu ajutor vă rog cu care sunt să din în ce pot ați mi
    aș""",
}
_DANES_SAY = frozenset(_DANISH.split())
_KNOWN = {language: frozenset(words.split()) - _DANES_SAY for language, words in _WORDS.items()}
# "I" and "for" are Danish, and stand in English too: they are no sign of either.
_NEITHER = frozenset({"i", "for", "have", "in", "on", "of", "so", "or"})
_SCRIPTS = {"ukrainsk": re.compile(r"[\u0400-\u04ff]"), "arabisk": re.compile(r"[\u0600-\u06ff]")}
_LETTER = re.compile(r"[^\W\d_]")


def language_of(text: str) -> str | None:
    """The Danish name of the language, only where it is plainly not Danish; None otherwise, and when nobody can tell.

    Cyrillic letters count as Ukrainian, Arabic ones as Arabic: what is answered can be read by most who write them.
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < _FEWEST_WORDS:
        return None
    letters = len(_LETTER.findall(text))
    for language, script in _SCRIPTS.items():
        if len(script.findall(text)) > letters / 2:
            return language
    danish = sum(word in _DANES_SAY and word not in _NEITHER for word in words)
    language, known = max(
        ((language, sum(word in small for word in words)) for language, small in _KNOWN.items()),
        key=lambda found: found[1],
    )
    counted = sum(word not in _NEITHER for word in words)
    sure = known >= max(_FEWEST_KNOWN, _KNOWN_SHARE * counted) and known > 2 * danish
    return language if sure else None
