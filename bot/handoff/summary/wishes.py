"""What a citizen asks for: whether a clause is a wish, and how, when and with whom they would meet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.handoff.summary.clauses import MONTH, RELATIVE, WEEKDAY, Clause

_WISH = re.compile(
    rf"""
      \b(?:jeg|vi|hun|han|{RELATIVE})\s+(?:vil|ville|oensker|skal\s+(?:\w+\s+)?(?:have|bruge|soege|bestille|tale
          |snakke)|har\s+brug|soeger|behoever|haaber
        |venter(?!\s+(?:barn|tvillinger|os))|kunne|traenger|beder|efterlyser|klager)\b
    | \b(?:hva|hvad\s+med|behov\s+for|gerne|oensker?|oenske|brug\s+for\s+(?:hjaelp|at)|send(?!t|er)|giv|book|bestil
        |bestille|viderestil|klage
        |klager|aktindsigt|status|hjaelp\s+(?:mig|os)|afbud|aflyse|flytte\s+moedet|rykke\s+moedet)\b
    | \bring(?:e)?\s+(?:endelig\s+|venligst\s+|lige\s+|nu\s+)?(?:til\s+|tilbage\b|op\b|mig\b|os\b|hende\b|ham\b
        |min\b|paa\b)
    | \bring(?:es|et)\s+op\b | \bopring\w* | \bopkald\b
    | \b(?:tale|snakke|moede|moedes|skrive)\s+med\b | \b(?:stil|saet|faa|lad|bed)\s+(?:mig|os|hende|ham|en|nogen)\b
    | \bmenneske\b.{{0,12}}$ | \bhvordan\b | \bhvornaar\b | \bhvorfor\b
    | \b(?:hvem|hvad|hvor)\s+(?:\w+\s+)?(?:er|har|faar|kan|skal|sker|maa|sidder|mangler|goer|laenge|lang|langt
        |bliver|gaar)\b
    | \b(?:vil|maa)\s+(?:i|du|jeg|vi|man|min|mit|en)\b | \bka[n]?\s+(?:i|du)\b | (?<!\bnu\s)\bka[n]?\s+(?:jeg|vi|man
        |der|nogen)\b(?!\s+ikke)
    | \b(?:vide|spoerge)\b | \b(?:der|den\s+dag)\s+kan\s+(?:jeg|vi)\s+ikke\b | \bdet\s+maa\s+(?:i|kommunen)\b
        | \bkraever\b | \bforlanger\b
    """,
    re.VERBOSE,
)
_REFUSES = re.compile(
    r"\b(?:i|du)\s+(?:skal|maa|behoever)\s+ikke\b|\bvil\s+(?:bare\s+|gerne\s+)?(?:ikke\s+(?:at\s+)?leve|doe)\b"
    r"|\bikke\s+brug\s+for\b"
)
_NO_WISH = re.compile(
    r"""^(?:
        (?:hej|yo|hey|hi|hello|salam|goddag|godmorgen|tak|mange\ tak|ja|nej|jo|ok|okay|fint|super|godt|farvel
        |hej\ hej|det\ var\ det|hmm+|haha
          |ja\ tak|nej\ tak|gerne|ja\ gerne|tak\ skal\ du\ have|tak\ for\ (?:hjaelpen|det|svaret)|selv\ tak
          |det\ er\ (?:det|rigtigt
          |fint|ok|okay|i\ orden|godt)|det\ er\ fint\ tak|ellers\ tak)[\s!.,]*
      )+$""",
    re.VERBOSE,
)


def is_wish(clause: Clause) -> bool:
    """Whether the clause asks or wants something."""
    if _REFUSES.search(clause.words):
        return False
    return clause.asks or bool(_WISH.search(clause.words))


def is_nothing(plain: str) -> bool:
    """Whether the whole message (folded) is a greeting, thanks, yes or no."""
    return not re.search(r"[a-z]{2}", plain) or bool(_NO_WISH.match(plain.strip(" \n\t.,!?")))


_FORM = re.compile(
    r"""
      (?P<telefon>\bring\s+(?:hellere|helst)\b | \bringer\s+(?:mig|os)\s+op\b
       | \bring(?:e)?\s+(?:endelig\s+|venligst\s+|lige\s+|nu\s+
          |gerne\s+)*(?:til(?:bage)?\b|op\b|mig\b|os\b|hende\b
          |ham\b|min\b|paa\b|efter\b|i\b|foer\b|inden\b)
        | \bringes?\s+(?:mig|os|hende|ham|\w+\s+\w+)\s+op\b | \b(?:ringes|ringet|kimet)\s+op\b | \bopring\w*
        | \b(?:et|kald|bestil\w*|oensker?)\s+opkald\b | \bopkald\s+(?:oenskes|fra)\b | \btelefon(?:moede|samtale|tid
        |opkald)\w*
        | \b(?:i|paa|over|pr\.?|per|via)\s+(?:en\s+)?telefon(?:en)?\b | \btelefonisk\b | \b(?:tage\s+det|helst
        |hellere)\s+(?:i\s+|over\s+)?telefon(?:en)?\b)
    | (?P<video>\bvideo\s?(?:moede|samtale|opkald)?\w*\b | \b(?:over|paa)\s+(?:skaerm\w*|teams|zoom)\b
        | \bonline(?:moede)?\b
        | \bteams\b)
    | (?P<fremmoede>\bfremmoede\b | \bansigt\s+til\s+ansigt\b | \bfysisk\b | \bpersonlig(?:t)?\s+(?:moede|samtale
        |fremmoede)\b
        | \b(?:komme|kommer|kigge|kigger|moede)\s+(?:ind\b|ned\b|forbi\b|op\b|paa\s+raadhuset|paa\s+kontoret
        |til\s+jer|hen\s+til\s+jer)
        | \bhjemmebesoeg\b | \bkomme\s+(?:en\s+|nogen\s+)?(?:hjem|ud)\s+til\s+(?:mig|os|hende|ham)\b
        | \bpaa\s+raadhuset\b | \bmoedes\s+(?:paa|hos|fysisk)
        | \bsidde\s+overfor\b)
    """,
    re.VERBOSE,
)
_ASKED_NOT = re.compile(r"\b(?:kan|vil|maa|kunne)\s+(?:i|du|der|en|nogen|vi|jeg)\s+ikke\s")
_SHOWN = {"telefon": "telefon", "video": "video", "fremmoede": "fremmøde"}
_REFUSED = re.compile(
    r"\b(?:ikke|ingen|uden|aldrig|hverken|slet\s+ikke|fremfor|frem\s+for|end|i\s+stedet\s+for(?:\s+at)?)\b[^,.;]*$"
)
# What a telephone or a meeting is spoken of when nothing is wished for: what happened, what others do.
_NOT_NOW = re.compile(
    r"\b(?:ringede|har\s+ringet|havde\s+ringet|fik\s+et|missede|har\s+vaeret|var\s+(?:til|paa|ned|inde)|moedte"
    r"|skulle\s+have"
    r"|tog\s+ikke|nummer\s+i\s+koeen|blev\s+ringet|i\s+gaar|sidst|bliver\s+ved\s+med|er\s+blevet"
    r"|ringer\s+og\s+ringer)\b"
)


def forms(clause: Clause) -> Iterator[tuple[str, int, int]]:
    """How the citizen would meet or be reached (one of `fields.FORMS`), with places in the folded text."""
    if _NOT_NOW.search(clause.words):
        return
    for match in _FORM.finditer(clause.plain, clause.start, clause.end):
        before = clause.plain[clause.start : match.start()]
        if not _REFUSED.search(before) or (clause.asks and _ASKED_NOT.search(before)):
            yield _SHOWN[match.lastgroup or "telefon"], match.start(), match.end()


_CLOCK = r"\d{1,2}(?:[.:]\d{2})?"
_ATOM = rf"""(?:
    (?:naeste\s+|hver\s+|alle\s+)?{WEEKDAY}(?:en|e|s|ene)?(?:\s?(?:formiddag|eftermiddag|morgen|aften)\w*)?
  | alle\s+dage | i\s?dag | i\s?morgen(?:\s+(?:tidlig\b|formiddag|eftermiddag|aften))? | i\s?overmorgen
      | (?:i\s+)?(?:naeste|denne)\s+(?:uge|maaned)
  | i\s+weekenden | (?:alle\s+)?hverdage?(?:ne)? | hver\s+dag | (?:i\s+)?uge\s+\d{{1,2}} | hele\s+(?:dagen|ugen)
  | (?:i\s+|om\s+|en\s+)?(?:formiddag|eftermiddag|aften)(?:en|er|erne)? | om\s+morgenen | ved\s+middagstid
      | i\s+frokostpausen
  | (?:efter|foer|mellem|fra|omkring|ved)\s+(?:kl(?:okken|\.)?\s*)?{_CLOCK}(?!\d)(?:(?:\s*[-–]\s*|\s+(?:og
      |til)\s+)(?:kl\.?\s*)?{_CLOCK})?
      (?!\s?(?:aar|uger|dage|maaneder|kr|[.]?\s*(?:{MONTH})))
  | (?:kl(?:okken|\.)?)\s*{_CLOCK}(?:(?:\s*[-–]\s*|\s+(?:og|til)\s+)(?:kl\.?\s*)?{_CLOCK})?
  | \d{{1,2}}(?:[.:]\d\d)?\s?[-–]\s?\d{{1,2}}(?:[.:]\d\d)?(?!\d)
  | (?:efter|foer)\s+(?:arbejde|skole|frokost|middag|fyraften|min\s+mand\s+er\s+hjemme)
  | (?:den\s+|d\.\s?)?\d{{1,2}}\.?\s?{MONTH}\b | (?:den\s+|d\.\s?)\d{{1,2}}\.?(?:/\d{{1,2}})?(?![\d.])
      | \d{{1,2}}/\d{{1,2}}(?!\d)
)"""
_TIME = re.compile(
    rf"""(?<![\w.])(?:undtagen\s+|helst\s+ikke\s+)?{_ATOM}
        (?:(?:\s*,\s*|\s+)(?:(?:og|eller|om|den|d\.|paa|i|helst|gerne|men|samt|enten|undtagen|ikke|til
        |fra)\s+){{0,3}}{_ATOM})*""",
    re.VERBOSE,
)
_TIME_WISHED = re.compile(
    r"\bring|\bmoede|\btid\b|\btider\b|\bkomme\b|\bkan\b|\bpasser?\b|\bbedst\b|\bhelst\b|\btraeffe|\bhjemme\b"
    r"|\bledig|\bfri\b|\bbook"
    r"|\bbestil|\bsamtale|\bsnakke|\btale\b|\bvideo|\bgerne\b|\bvil\b|\bflytte\b|\brykke\b|\bduer?\b|\bhellere\b|\bfang"
)
_TIME_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:fik|ringede|sendte|var|blev|modtog|skulle|har(?!\s+(?:i|tid|fri)\b)|havde|arbejde|frist\w*|senest"
    r"|aaben\w*|aabner|lukke\w*|skrald\w*|hentes"
    r"|hente|arbejder|hvornaar|svar|udloeber|afleverede|soegte|siden|fylder|opereret|startede|starter|begynder"
    r"|flytter|flyttede"
    r"|opereres|operation|indlaegges|laege\w*|sygehus\w*|lovede|sagde|udbetalt|udbetales|forfalder|betale"
    r"|fogeden|udsaettes|kaldt|er\s+indkaldt|indkaldt)\b"
)
_CAN = re.compile(r"(?:(?:jeg|vi)\s+)?(?:kan|har\s+(?:fri|tid))\s+(?:ikke|godt|kun|bedst)\b")
_CANNOT = re.compile(
    r"\b(?:kan|passer|duer|har\s+tid|vil)(?:\s+\w+)?\s+ikke\s+(?:\w+\s+)?(?:paa\s+|om\s+|den\s+|i\s+)?$"
    r"|\bikke\s+(?:paa\s+|om\s+|den\s+|i\s+)?$"
)


def names_a_time(clause: Clause) -> bool:
    """Whether all that the clause says is that the citizen can or can't at some time."""
    return bool(_CAN.match(clause.words) and _TIME.search(clause.words))


def times(clause: Clause, *, asked: bool) -> Iterator[tuple[int, int]]:
    """When the citizen would meet or be called, as places in the folded text; ``asked`` when a time was spoken of."""
    words = clause.words
    if _TIME_OF_SOMETHING_ELSE.search(words):
        return
    found = [
        (match.start(), match.end())
        for match in _TIME.finditer(clause.plain, clause.start, clause.end)
        if not _CANNOT.search(clause.plain[clause.start : match.start()])
    ]
    said = sum(end - start for start, end in found)
    if _TIME_WISHED.search(words) or (asked and len(words) - said <= 20):
        yield from found


_LANGUAGE = (
    r"(?:arabisk|tyrkisk|somali(?:sk)?|polsk|rumaensk|ukrainsk|russisk|engelsk|tysk|farsi|dari|pashto|persisk"
    r"|kurdisk|tamil(?:sk)?"
    r"|urdu|vietnamesisk|kinesisk|thai(?:landsk)?|bosnisk|serbisk|kroatisk|albansk|spansk|fransk|portugisisk"
    r"|italiensk|tigrinya"
    r"|amharisk|swahili|groenlandsk|faeroesk|islandsk|litauisk|lettisk|ungarsk|bulgarsk|hindi|punjabi"
    r"|tegnsprog|tegnsprogs)"
)
_INTERPRETER = re.compile(
    rf"""\b{_LANGUAGE}(?:\s|-)?(?:talende\s+)?tolk(?:en|e)?\b
      | \btolk(?:en|e|ning)?\b\s*(?:\(|,|\w+\s+){{0,5}}?{_LANGUAGE}\b\)?
      | \b(?:\w+sprogs)?tolk(?:en|e|ning|ebistand)?\b""",
    re.VERBOSE,
)
_WITHOUT = re.compile(r"\b(?:ingen|ikke|uden|aldrig)\b[^,.;]*$")


def interpreters(clause: Clause) -> Iterator[tuple[int, int]]:
    """The interpreter that is asked for, with the language where it is said."""
    for match in _INTERPRETER.finditer(clause.plain, clause.start, clause.end):
        if not _WITHOUT.search(clause.plain[clause.start : match.start()]):
            yield match.start(), match.end()


_PERSON = (
    rf"(?:(?:min|mit|mine|vores|hendes|hans)\s+(?:\w+\s+)?{RELATIVE}"
    rf"|(?:min|en|hendes|hans|vores)\s+(?:bisidder|partsrepraesentant|stoetteperson|kontaktperson|mentor"
    r"|advokat|vaerge|stoettekontaktperson|tillidsmand|fagforening))"
)
_COMPANION = re.compile(
    rf"""\b{_PERSON}(?:\s+\w+){{0,2}}?\s+(?:(?:skal|kommer|vil|maa|kan|gerne|ogsaa|godt|vaere|komme|tager"
    rf"|deltager|sidde|nok|helst|jo)\s+)+
            (?:med\b(?!\s+(?:at|en|et|til\s+at)\b)|med$|deltage\b)
      | \b(?:tager|tage|har|have|faa|medbringer|medbringe)\s+(?:ogsaa\s+|gerne\s+|nok\s+)?{_PERSON}(?:\s+\w+)?\s+med\b
      | \b(?:maa|kan)\s+{_PERSON}\s+(?:\w+\s+)?(?:komme\s+|vaere\s+|sidde\s+)?(?:med\b|deltage\b)
      | \bmedbringer?\s+{_PERSON}
      | \b{_PERSON}(?:\s+\w+){{0,3}}?\s+(?:deltager|er\s+med|kommer\s+med|med\s+til\s+moedet)\b
      | \bmed\s+{_PERSON}\s+(?:ved\s+min\s+side|som\s+bisidder|paa\s+moedet)
      | \b(?:har|tager|vil\s+have|oensker|faar)\s+(?:en\s+)?bisidder(?:\s+med)?\b""",
    re.VERBOSE,
)


def denies_company(clause: Clause) -> bool:
    """Whether the clause says that somebody does not come along."""
    return bool(re.search(r"\bikke\b.*\bmed$", clause.words))


def companions(clause: Clause) -> Iterator[tuple[int, int]]:
    """Who comes along, in the citizen's words."""
    if denies_company(clause):
        return
    for match in _COMPANION.finditer(clause.plain, clause.start, clause.end):
        yield match.start(), match.end()


_MEETING = re.compile(
    r"\bmoede\w*\b|\bsamtale\b|\bbook\w*|\bbestille\s+(?:en\s+)?tid\b|\bring\w*\b|\bopkald\w*|\btid\s+hos\b"
    r"|\bhar\s+i\s+(?:en\s+)?(?:ledig\s+)?tid\b"
)
_HUMAN = re.compile(
    r"\bmenneske\w*|\bmedarbejder\w*|\brigtig\s+(?:person|sagsbehandler)\b|\blevende\b|\ben\s+person\b"
    r"|\bvoksen\b|\bkollega\w*"
    r"|\bstil(?:le)?\s+mig\b|\bviderestil\w*|\b(?:en|nogen)\s+fra\s+kommunen\b"
)


def speaks_of_meeting(clause: Clause) -> bool:
    """Whether a meeting or a call is spoken of, so that a time that follows is a wish for it."""
    return bool(_MEETING.search(clause.words))


def is_practical(clause: Clause) -> bool:
    """Whether a wish says no more than whom to talk to, how and when: nothing of the matter itself."""
    words = clause.words
    practical = any(pattern.search(words) for pattern in (_HUMAN, _MEETING, _INTERPRETER, _COMPANION, _TALKING)) or any(
        match.lastgroup != "fremmoede" for match in _FORM.finditer(words)
    )
    return practical and not _MATTER.search(words)


_TALKING = re.compile(
    r"\bkomme\s+forbi\b|\b(?:tale|snakke|moedes|komme\s+(?:ind|ned|forbi|op)\s+til\s+jer)\b"
    r"|\bpaa\s+raadhuset\b|\bansigt\b"
)
_MATTER = re.compile(
    r"\b(?:flytte?s?|flyttet|aflyse?s?|aflyst|rykke?s?)\b|\b(?:hvem|hvad|hvornaar|hvorfor|hvordan|hvor)\b"
    r"|\b(?:om|vedr|angaaende)\s+(?:min|mit|mine|en|et|at)\b|\bsag\w*\b"
)
