"""Finds what may tell who somebody is in a message that is to become an example: names, numbers, addresses, dates.

What is flagged is looked at by a person, who may let it stand: a made-up name in an example does no harm. So
it rather flags too much than too little, with one bound: what a word of everyday Danish is most likely to be, it is
("line", "mark", "per"), unless what stands beside it says that it is somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.cases.numbers import whole_numbers
from bot.danish.first_names import FIRST_NAMES
from bot.danish.lexicon import is_word
from bot.danish.name_cues import WORD
from bot.danish.names import find_names
from bot.danish.spelling import fold
from bot.handoff.summary.addresses import EMAIL
from bot.municipality.phones import find_phones
from bot.privacy.masking import MARK, places

KINDS = (
    "cpr",
    "sagsnummer",
    "mail",
    "telefon",
    "adresse",
    "dato",
    "navn",
)  # where two overlap the first of them counts


@dataclass(frozen=True, order=True)
class Span:
    """What stands at ``start:end`` of a text may tell who somebody is; ``kind`` is one of `KINDS`."""

    start: int
    end: int
    kind: str

    def to_json(self) -> dict[str, int | str]:
        """As the pages are told of it."""
        return {"start": self.start, "end": self.end, "kind": self.kind}


@lru_cache(maxsize=2048)
def personal(text: str) -> tuple[Span, ...]:
    """What in ``text`` may tell who somebody is, in the order it stands, none over another.

    ``text`` is as it is kept: where a CPR number stood, the mark that stands there now is flagged.
    """
    kept: list[Span] = []
    for span in sorted(_found(text), key=lambda span: (KINDS.index(span.kind), span)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(sorted(kept))


_CASE_NUMBER = re.compile(
    r"\b(?:sags|journal)\s?-?(?:nummer(?:et)?|nr\.?|numre)(?:\s?er)?\s?:?\s?(?P<here>[\w./-]*\d[\w./-]*\w|\d+)",
    re.IGNORECASE,
)
_STREET = (
    r"(?:all[eé]\b|(?:vej|gade|stræde|plads|torv|vænge|have|park|bakke|krog|toft|lund|skrænt|sti|boulevard|mark|eng|dam"
    r"|ager|høj|kaj|vang|gård|bro|dal|led|banke|brink|kær|ås|bæk|sø|strand|skov|hus)(?:s|en|et|n|t|erne|ene)?)"
)
_NUMBER = (
    r"\d{1,3}(?:\s?[a-zæøå]\b|\b)(?![.,]\d)"
    r"(?!\s*(?:år|dage|uger|måneder|mdr|timer|min|kr|kroner|gange|børn|km|meter|m2|%))"
)
_FLOOR = (
    r"(?:\s(?:tv|th|mf)\b|\s?,?\s?(?:st\.?|kl\.?|\d{1,2}\.?)\s?,?\s?(?:sal|tv|th|mf|dør)\b\.?"
    r"(?:\s?,?\s?(?:tv|th|mf)\b\.?)?)?"
)
_TOWN = r"(?:\s?,?\s(?:DK-?)?\d{4}\s[A-ZÆØÅa-zæøå][a-zæøå]+)?"
_ADDRESSES = (
    re.compile(rf"\b(?:[A-ZÆØÅ][\w.]*\s){{0,3}}\w+{_STREET}\s(?:nr\.?\s?)?{_NUMBER}{_FLOOR}{_TOWN}"),
    re.compile(rf"\b(?:[A-ZÆØÅ][\w.]*\s){{1,3}}(?i:{_STREET})\s(?:nr\.?\s?)?{_NUMBER}{_FLOOR}{_TOWN}"),
    re.compile(
        r"\b(?:bor|boende|boede|adressen? er|adresse:)\s(?:på|i|ved)?\s?"
        rf"(?P<here>[A-ZÆØÅ]\w+\s{_NUMBER}{_FLOOR}{_TOWN})"
    ),
    re.compile(r"(?<![\d.-])(?:DK-?)?[1-9]\d{3}\s[A-ZÆØÅ][a-zæøå]{2,}(?:\s[A-ZÆØÅ]{1,2}\b)?"),
)
_MONTH = (
    r"(?:jan(?:uar)?|feb(?:ruar)?|mar(?:ts)?|apr(?:il)?|maj|juni?|juli?|aug(?:ust)?|sep(?:t(?:ember)?)?|okt(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DATES = (
    re.compile(
        r"(?<![\d./-])(?:0?[1-9]|[12]\d|3[01])\s?([./-])\s?(?:0?[1-9]|1[0-2])\s?[./-]?\s?\1\s?(?:\d{4}|\d{2})(?![\d])"
    ),
    re.compile(r"(?<![\d./-])(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])(?:[ -](?:\d{4}|\d{2}))?(?![\d/])"),
    re.compile(r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(rf"(?<!\d)(?:0?[1-9]|[12]\d|3[01])\.?\s?{_MONTH}(?:\s(?:19|20)\d\d\b)?", re.IGNORECASE),
    re.compile(r"\bfødt\s(?:\w+\s){0,2}?(?P<here>(?:19|20)\d\d)\b|\b(?P<year>\d\d)'er\b", re.IGNORECASE),
)

_YEARS = re.compile(r"(?:19|20)\d\d\s?-\s?(?:19|20)\d\d")


def _found(text: str) -> Iterator[Span]:
    for start, end in places(text):
        yield Span(start, end, "cpr")
    for match in re.finditer(re.escape(MARK), text):
        yield Span(*match.span(), "cpr")
    numbers = [(start, end) for _, start, end in whole_numbers(text)]
    numbers += [match.span("here") for match in _CASE_NUMBER.finditer(text)]
    rest = text
    for start, end in numbers:  # its digits are no phone number, and no date
        yield Span(start, end, "sagsnummer")
        rest = rest[:start] + "\n" * (end - start) + rest[end:]
    for match in EMAIL.finditer(rest):
        yield Span(*match.span(), "mail")
    for phone in find_phones(rest):
        if not _YEARS.fullmatch(text[phone.start : phone.end]):
            yield Span(phone.start, phone.end, "telefon")
    for kind, patterns in (("adresse", _ADDRESSES), ("dato", _DATES)):
        for pattern in patterns:
            for match in pattern.finditer(rest):
                yield Span(*_place(match), kind)
    for start, end in _names(text):
        yield Span(start, end, "navn")


def _place(match: re.Match[str]) -> tuple[int, int]:
    name = next((name for name, words in match.groupdict().items() if words), None)
    return match.span(name) if name else match.span()


# Right after these stands the name of who writes, or of somebody of theirs.
_RELATIVE = (
    r"(?:mand|kone|kæreste|samlever|eks\w*|mor|far|søn|datter|bror|søster|barn|dreng|pige|farmor|farfar|mormor|morfar"
    r"|moster|faster|onkel|tante|nevø|niece|nabo|ven|veninde|baby|hustru|ægtefælle|chef|læge|værge|bisidder"
    r"|partsrepræsentant)"
)
_CALLED = re.compile(
    r"(?:\b(?:hedder|heder)|\bnavn\ser|\bnavn:|\bved\snavn)(?:\s(?:vist|nok|nu|altså|jo))?[\s,:.-]{1,3}", re.IGNORECASE
)
_BELOW_A_LETTER = re.compile(r"\b(?:hilsen|hilsner|m\.?v\.?h\.?|vh\.?|kh\.?)[\s,:.!-]{1,3}", re.IGNORECASE)
_BESIDE = re.compile(
    r"\b(?:min|mit|vores)\s(?:egen\s|lille\s|gamle\s|store\s)?" + _RELATIVE + r"(?:\s(?:på|paa)\s\d+)?(?:\s|,\s|:\s?)"
    r"|\b(?:hr|fru|frk|frøken)\b[\s.]{1,2}",
    re.IGNORECASE,
)
_NO_NAME = frozenset(
    """
    fra til som der og eller jeg du han hun vi de den det en et min mit din hendes hans vores er var har kan vil skal
    nu her ikke mitid nemid borger borgeren kommune kommunen danmark digital post eboks aula skat udbetaling mvh vh kh
    hilsen tak hej med i på ved om at af hos også lige selv så hvor hvad hvornår hvorfor hvordan hvem siden men når hvis
    fordi da efter før over under mod uden mens dog bare kun alle alt ingen ingenting noget nogen gerne bliver blev
    """.split()  # noqa: SIM905 (prose reads better in lines)
)
_MOST = 4  # words of a name
_OFFICIAL = re.compile(r"(?:kommunen?|styrelsen?|nævnet|banken?|skolen?|retten|centre?t|huset|danmark|regionen?)\Z")


def _names(text: str) -> Iterator[tuple[int, int]]:
    words = list(re.finditer(WORD, text))
    shouted = text.upper() == text
    called, below, beside = (
        frozenset(match.end() for match in cue.finditer(text)) for cue in (_CALLED, _BELOW_A_LETTER, _BESIDE)
    )
    at = 0
    while at < len(words):
        start = words[at].start()
        signed = start in below
        cue = _Cue(named=start in called, signed=signed, any=signed or start in called or start in beside)
        end = _name_ends(text, words, at, cue, shouted=shouted)
        if end is None:
            at += 1
            continue
        yield start, words[end].end()
        at = end + 1
    for name in find_names(text):
        yield name.start, name.end


@dataclass(frozen=True, kw_only=True)
class _Cue:
    """What stands before a word: "hedder", the end of a letter, or any sign of a name at all."""

    named: bool
    signed: bool
    any: bool


def _name_ends(text: str, words: list[re.Match[str]], at: int, cue: _Cue, *, shouted: bool) -> int | None:
    """The place of the last word of a name that begins with the word ``at``; None where none does."""
    word, folded = words[at][0], fold(words[at][0])
    capital = word[0].isupper() and not shouted
    known = _is_first_name(folded)
    if not (known or capital or cue.any) or word.lower() in _NO_NAME or len(word) < 2:
        return None
    if not known and _OFFICIAL.search(folded):
        return None
    danish, last = is_word(folded), _goes_on(text, words, at, capital=capital, named=cue.named)
    if known and (not danish or capital or cue.any or last > at):
        # "Hans sag", "Per brev": a word with a capital because a sentence begins.
        doubtful = danish and capital and not cue.any and last == at and _begins(text, words[at].start())
        return None if doubtful else last
    if cue.any and not danish and (capital or cue.named or (cue.signed and last == len(words) - 1)):
        return last
    # Two words in a row that only a name is written like, wherever they stand.
    unknown = [one for one in words[at : last + 1] if not is_word(fold(one[0]))]
    return last if capital and last > at and len(unknown) > 1 else None


def _begins(text: str, at: int) -> bool:
    """Whether a sentence begins there."""
    return text[:at].rstrip()[-1:] in ("", ".", "!", "?", ":") or "\n" in text[:at][-2:]


def _goes_on(text: str, words: list[re.Match[str]], at: int, *, capital: bool, named: bool) -> int:
    last = at
    for number in range(at + 1, min(at + _MOST, len(words))):
        word, folded = words[number][0], fold(words[number][0])
        gap = text[words[number - 1].end() : words[number].start()]
        initial = gap == ". " and words[number - 1].end() - words[number - 1].start() == 1
        if (gap != " " and not initial) or words[number][0].lower() in _NO_NAME:
            break
        if not (word[0].isupper() if capital else (not is_word(folded) and (named or _looks_like_one(folded)))):
            break
        last = number
    return last


def _looks_like_one(folded: str) -> bool:
    return _is_first_name(folded) or folded.endswith(("sen", "gaard", "ic", "ova", "ski", "oglu"))


@lru_cache(maxsize=1)
def _first_names() -> frozenset[str]:
    return frozenset(map(fold, FIRST_NAMES))


def _is_first_name(folded: str) -> bool:
    return all(part in _first_names() for part in folded.split("-"))
