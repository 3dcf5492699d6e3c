"""What a citizen tells: what is missing, what is urgent, and the facts a caseworker has a duty to note.

A clause is told once: where it shows that something is urgent it is that; else, where something has not come, it is
missing; else it may be a fact of the citizen's own situation (offentlighedsloven § 13). Questions, wishes and how
somebody feels about waiting are none of them.
"""

from __future__ import annotations

import re

from bot.handoff.summary.clauses import MONTH, RELATIVE, WEEKDAY, Clause
from bot.privacy.masking import MARK

_MARK = MARK.lower()

_PAST = re.compile(
    r"\bsidste\s+(?:aar|sommer|vinter|efteraar|foraar)\b|\bdengang\b|\bfor\s+\w+\s+(?:\w+\s+)?(?:aar"
    r"|maaneder)\s+siden\b|\btidligere\b"
    r"|\bhastede\b|\bi\s+sommer(?:s)?\b|\bsom\s+barn\b|\bvar\s+(?:akut|hjemloes)\b|\bi\s+fjor\b|\bengang\b"
)
_URGENT = re.compile(
    rf"""
      \bhaster\b | \bhastesag\b | \bakut\w*\b | \bhurtigst\s+(?:muligt|mulig)\b | \bsaa\s+hurtigt\s+som\s+muligt\b
          | \bsnarest\b
    | \bmed\s+det\s+samme\b | \bher\s+og\s+nu\b | \bkan\s+ikke\s+vente\b | \bnoedsituation\b
    | \b(?:klage)?frist(?:en)?\b.{{0,20}}\b(?:i\s?dag|i\s?morgen|i\s?overmorgen|{WEEKDAY}
        |\d{{1,2}}[./]?\s?(?:{MONTH}|\d{{1,2}})?|udloeber|naeste\s+uge|om\s+\w+\s+dage)\b
    | \budloeber\s+(?:i\s?dag|i\s?morgen|i\s?overmorgen|paa\s+{WEEKDAY}|om\s+\w+\s+dage|den\s+\d+)
    | \bsenest\s+(?:i\s?dag|i\s?morgen|i\s?overmorgen|paa\s+{WEEKDAY}|{WEEKDAY})
    | \binden\s+(?:i\s?morgen|paa\s+{WEEKDAY}|{WEEKDAY}|weekenden)
    | \b(?:ingen|ikke\s+flere|ikke\s+nogen|ikke\s+en\s+krone|ikke)\s+(?:\w+\s+)?penge\b(?!\s+fra)
        | \b0\s+kr\b.{{0,15}}\bkonto
    | \bikke\s+(?:\w+\s+)?raad\s+til\s+(?:\w+\s+)?(?:mad|husleje|medicin|bleer|el|varme|den)
    | \bkan\s+ikke\s+betale\b | \bikke\s+(?:\w+\s+)?betalt\s+(?:min\s+|vores\s+)?husleje | \b(?:fogeden|udsaettelse
        |udsat\s+af|ryger\s+ud|mister\s+(?:min\s+)?(?:lejlighed|bolig)\w*)\b
    | \b(?:smidt|smides|sat|saettes|smider\s+(?:mig|os))\s+(?:\w+\s+)?(?:ud|paa\s+gaden)\b | \bhjemloes\b(?!\w)
        | \bsover\s+(?:i\s+(?:min\s+)?bil|paa\s+gaden|paa\s+sofaen?)\w*
    | \bsted\s+at\s+(?:sove|bo|vaere)\b | \btag\s+over\s+hovedet\b | \blukker?\s+(?:for\s+)?(?:strommen|stroemmen
        |varmen|vandet|elen)
    | \bingen\s+(?:mad|medicin|varme|stroem|bleer)\b | \bloebet\s+toer\s+for\b
    | \bselvmord\w*|\bvil\s+(?:bare\s+|gerne\s+)?doe\b|\bikke\s+(?:vil\s+)?leve\b|\btage\s+(?:mit
        |sit)\s+(?:eget\s+)?liv\b|\bgoere\s+en\s+ende\s+paa\b|\bgoer\s+en\s+ende\s+paa\b
    | \bskaerer\s+(?:i\s+)?(?:mig|sig)\b|\bslaa(?:r|et)?\s+(?:mig|sig|os|hende|ham|boernene|mine?|vores)(?!\s+(?:ned
        |til))\b|\bslog\s+(?:mig|os|hende|ham)\b|\b(?:bliver|er)\s+(?:\w+\s+)?(?:slaaet|truet|banket)\b
    | \btruer?\s+(?:med|mig|os)\b|\btruet\s+(?:mig|os|med)\b|\bkniv\b|\btoer\s+ikke\s+(?:gaa|vaere|tage|komme
        |sove)\s+(?:\w+\s+)?hjem\w*|\bvoldelig\w*|\bvoldtaeg\w*
    | \bbange\s+for\s+min\s+(?:mand|kaereste|eks\w*|far|soen)\b|\bvil\s+ikke\s+leve\b
        |\bvaeret\s+udsat\s+for\s+vold\b | \bfaldet\s+om\b
    """,
    re.VERBOSE,
)
_CALM = re.compile(
    r"\b(?:haster|akut|hast|hastesag)\b[^,.;]{0,15}\bikke\b|\bikke\b[^,.;]{0,15}\b(?:haster|akut\w*|hastesag"
    r"|hast|noed\w*)\b|\bingen\s+(?:hast|hastesag|akut)"
    r"|\bhar\s+ikke\s+travlt\b|\bslaa\w*\s+(?:graesset|haekken|op|til|fast)\b|\btruer\s+ikke\b"
    r"|\bslaar\s+(?:mig\s+)?ikke\b|\bikke\s+slaaet\b|\bikke\s+bange\b|\bikke\s+hjemloes\b"
    r"|\b(?:bliver|er|blev)\s+ikke\s+(?:\w+\s+)?(?:slaaet|truet|smidt|sat)\b|\bikke\s+selvmord\w*"
)


def is_urgent(clause: Clause) -> bool:
    """Whether the clause shows that it is urgent now; not where that is denied, or long past."""
    words = clause.words
    return bool(_URGENT.search(words)) and not _CALM.search(words) and not _PAST.search(words)


_MISSING = re.compile(
    r"""
      \b(?:har|er|har\s+jeg|har\s+vi|hoerer)\b[^,;]{0,60}\b(?:ikke|aldrig|intet|ingen(?:ting)?|hverken)\b[^,;]{0,60}
        \b(?:faaet|modtaget|hoert|kommet|set\s+(?:noget|penge|brev|svar)|faet|svaret|sendt|udbetalt|ringet|taget
        |vendt\s+tilbage|reageret|kontaktet)\b
    | \b(?:har|er)\s+(?:\w+\s+)?(?:intet|ingenting|ikke\s+noget|ingen\s+\w+)\s+(?:hoert|faaet|kommet|modtaget)\b
    | \b(?:jeg|vi|der|han|hun|i|stadig|og)\s+mangler\b | \bmangler\s+(?:jeg|vi|stadig|fortsat|der\s+stadig)\b
    | \b(?:fik|modtog|hoerte|kom|ringede|svarede)\s+(?:\w+\s+){0,3}(?:aldrig|ikke|ingen|intet)\b
    | \bhoerer\s+(?:\w+\s+)?(?:intet|aldrig|ingenting|ikke\s+(?:noget|fra))\b | \bsvarer\s+(?:\w+\s+)?(?:aldrig
        |ikke)\b | \btager\s+(?:aldrig|ikke)\s+telefonen\b | \b(?:aldrig|ikke)\s+(?:kommet|ankommet|dukket\s+op)\b
    | \bingen\s+(?:svarede|svarer|ringede|ringer|vendte|kom)\b | \bingen\s+(?:har|er)\s+(?:svaret|ringet|vendt
        |kontaktet|kommet)\b | \bkan\s+ikke\s+finde\s+(?:brevet|papirerne|koden)
    """,
    re.VERBOSE,
)
_NOT_MISSING = re.compile(
    r"\bmangler\s+(?:i|du|kommunen)\b|\b(?:forstaaet|sovet|faaet\s+lov)\b|\bmangler\s+(?:ikke|ingenting)\b"
)


def is_missing(clause: Clause) -> bool:
    """Whether the clause says that something has not come or is not there."""
    return (
        bool(_MISSING.search(clause.words))
        and len(clause.words.split()) > 1
        and not clause.asks
        and not _NOT_MISSING.search(clause.words)
    )


_FAMILY = rf"(?:min|mit|mine|vores|hendes|hans|deres)\s+(?:\w+\s+)?{RELATIVE}"
_ONESELF = re.compile(
    rf"\b(?:jeg|vi|mig|os|min|mit|mine|vores)\b|\b{_FAMILY}\b|^(?:mor|far|mormor|morfar|farmor|farfar|moster)\b"
)
_AGAIN = re.compile(
    r"^(?:de|det|hendes|hans|den)\b|^\w{3,}(?:en|et|erne)\s+(?:er|har|blev|var|bliver|skal)\b|^(?:har|er|bor"
    r"|blev|fik|kan\s+ikke|arbejder|betaler|tjener)\b(?!\s+(?:i|du|der|det|man)\b)"
)
_EVENT = re.compile(
    r"""\b(?:
      skilt|separeret|gift|fraskilt|enke|enkemand|flyttet|flyttede|flytter|fraflyttet|bor|boede|gravid|termin|foedt
          |foedte|mistet|mistede
    | doed|doede|afdoed\w*|fyret|opsagt|afskediget|ledig|arbejdsloes|sygemeldt|sygemelding|syg|raskmeldt|delvis
        |indlagt|udskrevet|opereret
    | braekket|braekkede|faldt|ulykke\w*|diagnose\w*|diagnosticeret|kraeft\w*|demens|dement|blodprop|hjerneblodning
        |depression|deprimeret|angst
    | adhd|autisme|epilepsi|sclerose|kol|gigt|diabetes|handicap\w*|koerestol\w*|rollator|blind|doev|stok|respirator
        |ordblind\w*|stress
    | arbejder|arbejdede|ansat|fuldtid|deltid|timer|loen|tjener|husleje\w*|indtaegt\w*|pension\w*|pensionist|su
        |gaeld\w*|laan|betaler|betalte|opsparing|formue
    | boern|barn|alene|enlig|forsoerger|foraeldremyndighed\w*|medicin|smerter|ondt|samlever\w*|kaereste|startede
        |starter|begyndte|stoppede|stopper|uddannelse|praktik
    | soegte|ansoegte|ansoegt|soegt|sendte|sendt|afleverede|afleveret|indsendte|indsendt|uploadede|uploadet|modtog
        |modtaget|underskrev|underskrevet
    | skrev|ringede|ringet|talte|talt|snakkede|snakket|lovede|lovet|sagde|afslag|afslaaet|klagede|konstateret
        |udskrives|opereres|mobbet|mobbes|anbragt
    | vaerge|fuldmagt|hjemmesygeplejerske|sygeplejerske|laege|paedagog|laerer|socialraadgiver|advokat|bisidder
        |naboen?|efterskole|efterloen
    | tvillinger|skole|boernehave|vuggestue|overtaget|koebt|koebte|solgt|arvet|arvede|tyv\w*|stjaalet|oversvoemmet
        |vand\s+i|skimmel\w*|brugt|bygget|startet|holdt|aflyst|aendret|forlaenget
    | fik|faaet|moedte|moedt|tog|taget|kom|kommet|blevet|blev|faldet|glemt|glemte|boet|levet|vaeret
    )\b
    | \bkan\s+(?:jeg\s+|vi\s+|han\s+|hun\s+)?ikke\b | \bka\s+ik\b
    | \bkan\s+(?:\w+\s+)?ikke\s+(?:laengere\s+)?(?:gaa|arbejde|staa|loefte|laese|skrive|selv|klare|bade|sove|spise
        |komme\s+(?:op|ud|ind|paa|i)|koere|bruge|bukke|se|hoere|baere|tale|huske|koebe|lave)\b
    | \b(?:har|med|faar)\s+(?:\w+\s+){0,2}(?:boern|barn|hund|bil|hus|lejlighed|koerekort|hjemmehjaelp|job|arbejde
        |medicin|kolonihave)\b
    | \ber\s+(?:\w+\s+)?(?:mor|far|soen|datter|soester|bror|kone|mand|nabo|vaerge|alene|studerende|pensionist
        |selvstaendig|lejer|ejer|laege|laerer|leder)\b
    | \bhoerer\s+(?:\w+\s+)?(?:daarligt|ikke)\b | \bser\s+(?:\w+\s+)?daarligt\b | \bgaar\s+(?:\w+\s+)?(?:daarligt
        |med|i|til|paa)\b
    """,
    re.VERBOSE,
)
_NUMBER_WORD = r"(?:\d+|en|et|to|tre|fire|fem|seks|syv|otte|ni|ti|tolv|fjorten|tyve|halvandet|halvanden)"
_MEASURED = re.compile(
    rf"""
      \bden\s+\d{{1,2}}\b | \b\d{{1,2}}\.?\s?{MONTH}\b | \bi\s+{MONTH}\b | \b\d{{1,2}}/\d{{1,2}}\b | \bi\s+(?:19
          |20)\d\d\b | \bd\.\s?\d{{1,2}}
    | \b{_NUMBER_WORD}\s+(?:aar|maaneder|maaned|uger|uge|dage|dag|timer|time|gange|kr\b|kroner|boern|personer|m2
        |kvadratmeter|procent|mdr|km|meter|etage|trapper)
    | \ber\s+(?:\w+\s+)?\d{{1,3}}\b | \bi\s+(?:gaar|forgaars|sidste\s+uge)\b | \bi\s+(?:mandags|tirsdags|onsdags
        |torsdags|fredags|loerdags|soendags)\b | \bsidste\s+(?:uge|maaned|aar|{WEEKDAY})\b
    | \bsiden\s+(?:\w+\s+)?(?:{MONTH}|20\d\d|\d+|i\s|sidste|sommer|jul|paaske)
        | \b\d+(?:\.\d{{3}})*(?:,\d+)?\s?(?:kr|kroner|%|m2|kvm|timer|uger|aar)
    """,
    re.VERBOSE,
)
_NO_FACT = re.compile(
    r"""
      \b(?:traet|sur|vred|gal|rasende|frustreret|ked|skuffet|traette|ulykkelig|forvirret|irriteret|nervoes|lykkelig
          |glad|taknemmelig|fortvivlet|magteslos)\b
    | \bforstaa\b | \btaenkt\b | \bligeglad\w* | \bbange$ | \baltid\s+hjemme\b | \b(?:er\s+i\s+tvivl|er\s+ligeglad
        |er\s+logget|har\s+logget|forstaar|fatter)\b | \b(?:jeg|vi|man)\s+ved\b | \bved\s+(?:ikke|at)\b | \b(?:synes
        |syntes|mener|tror|taenker|haaber|foeler|regner\s+med|frygter|formoder|gaetter)\b
    | \bhar\s+(?:et|nogle|nogen|lige\s+et|to)\s+spoergsmaal\b | \bskriver\s+(?:fordi|til|for|vedr|paa|angaaende
        |ang)\b | \bdet\s+(?:drejer|handler)\b | \bgaelder\b
    | \b(?:robot|maskine|bot|chatbot|chatten|computer)\b | \borker\b | \bgider\b | \bsaa\s+laenge\b
    | \b(?:mit|mine|vores|hendes|hans)\s+(?:nummer|nr|telefonnummer|mobil\w*|tlf|telefon|mail|mailadresse|email
        |e-mail)\b | \btlf\b | \bmobil\b
    | \b(?:mit|min)\s+(?:sagsnummer|sagsnr|journalnummer|sag\s+har\s+nummer)\b | ^sagsnummer | ^sag\s+\d
    | \bhar\s+(?:faaet\s+nok|ventet\s+(?:laenge|nok|alt|saa|meget|forgaeves))\b | \bnok\s+nu\b
        | \bdaarlig\s+(?:service|stil|behandling)\b | \bskandale\b | \bpis\b | \blort\w*\b
    | \bnoget\s+med\b | \bkan\s+(?:\w+\s+)?ikke\s+(?:forstaa|vente|mere\b|logge|finde|lide|holde\s+det|se\s+hv|bare)\w*
    | \bhar\s+(?:ikke\s+)?(?:brug|ret|lyst|lov|travlt|tid|svaert|lidt\s+svaert)\b | \bvil\b | \bkan\s+godt\b
        | \btakker?\b
    | \bhvis\b | \bnaar\s+jeg\s+(?:skal|vil)\b | \bmaaske\b | \bhedder\b | \bmit\s+navn\b | \bhar\s+sagt\s+(?:det|ja
        |nej)\b | \bhar\s+(?:jo\s+)?spurgt\b
    """,
    re.VERBOSE,
)
# "jeg er enke", "min søn har astma", "hun bor alene": whoever is spoken of, and what they are, have or do.
_TELLS = re.compile(
    rf"^(?:han|hun)\s|^adressen\s+er\b|^der\s+er\s+(?!ikke|ingen|nogen|noget|behov|\w+$)|^(?:min|mit|mine"
    rf"|vores)\s+(?:\w+\s+)?\w+\s+(?:er|har|blev|bliver|kan|\w+er)\b|^(?:(?:nu|saa|samtidig|her"
    rf"|derfor)\s+)?(?:(?:jeg|vi|{_FAMILY}|{RELATIVE})\s+\w+|(?:er|har|bor|kan)\s+(?:jeg|vi|han|hun|{_FAMILY})\s)"
    rf"|^er\s+(?:lige|nu|blevet)\s"
)
_DATED = re.compile(rf"\b(?:er|blev|var|har)\s.*(?:\bden\s+\d{{1,2}}\b|\b\d{{1,2}}\.?\s?{MONTH}\b)")
_WAITING = re.compile(r"\bvent\w*\b")


def is_hidden(clause: Clause) -> bool:
    """Whether a CPR number stood in the clause, or part of the mark that stands for one."""
    return _MARK in clause.plain and "skjult" in clause.words


def is_fact(clause: Clause, *, after_fact: bool) -> bool:
    """Whether the clause tells a fact of the citizen's own situation, or of somebody they write for.

    ``after_fact``: the clause before told one, so that "han er 84" speaks of the same person.
    Wishes and contact details must have been told apart before.
    """
    words = clause.words
    if clause.asks or is_hidden(clause) or _NO_FACT.search(words) or len(words.split()) < 3:
        return False
    if _WAITING.search(words):
        return bool(_MEASURED.search(words))
    if _TELLS.search(words) or (_ONESELF.search(words) and (_EVENT.search(words) or _MEASURED.search(words))):
        return True
    if _AGAIN.search(words):
        return after_fact or bool(_MEASURED.search(words))
    return bool(_DATED.search(words))
