"""The words around a caseworker's name by which it is known, and those around a name that is somebody else's."""

from __future__ import annotations

import re

LETTERS = r"[^\W\d_]"
WORD = rf"{LETTERS}+(?:[-'’]{LETTERS}+)*"
TITLE = (
    r"(?:sagsbehandler(?:e|en|ske|inde)?|sags? ?behandler|rådgiver(?:en)?|raadgiver(?:en)?|socialrådgiver(?:en)?"
    r"|socialraadgiver(?:en)?|jobkonsulent(?:en)?|visitator(?:en)?|kontaktperson|byggesagsbehandler(?:en)?"
    r"|familierådgiver(?:en)?|jobrådgiver|ydelsesrådgiver|sagsbehander|konsulent(?:en)?|sagsbehandleren)"
)
# After these comes the name; a strong sign is enough of itself.
STRONG = (
    rf"\b{TITLE},? (?:som |der |hun |han |og )?(?:hedder|hed|heder|er|var|navnet er|ved navn|kaldes)? ?",
    rf"\bnavnet på (?:min |mit )?{TITLE} er ",
    r"\b(?:hende|ham|en|den|damen|manden|kvinden|medarbejderen|personen) (?:der|som|dame|mand|kvinde)? ?"
    r"(?:der |som )?(?:hedder|hed|heder) ",
    r"\b(?:hun|han|vedkommende) (?:hedder|hed|heder) ",
    r"\b(?:hedder|hed) (?:min|mit) \w+ (?:vist |ikke |nok )?",
    r"\bved navn ",
)
# After these a name must be a known one, or two words long: places and firms stand there too.
FROM = (
    r"\b(?:hos|besked fra|brev fra|mail fra|opkald fra|svar fra|hørt fra|høre fra|ringet op af|end|af med|væk fra"
    r"|fra) ",
)
WEAK = (
    r"\b(?:tale|snakke|talt|snakket|talte|snakkede|skrive|skrevet|møde|mødes|aftale|samtale|møde|kontakt|chatte|taler"
    r"|talt sammen|snakker|korresponderet|dialog|aftalt|aftalte) (?:igen )?(?:med|til) ",
    r"\b(?:ringe|ringet|skrive|skrevet|besked|mail|hilse|hilsen|papirer|brev|sendt\w*|sende|afleveret) (?:\w+ )?til ",
    r"\b(?:fat i|fat på|kontakte|kontaktet|skifte|spørge|spurgt|spurgte|afløste|overtaget efter|fjern|slippe for) ",
    r"\b(?:sig|sige|siger|hils|giv|give) (?:\w+ )?til ",
    r"\b(?:hende|ham) ",
    r"\b(?:er|har|sidder|hvornår er|hvornår har) "
    r"(?=[^ ]+(?: [^ ]+)? (?:telefontid|ferie|på min sag|stadig på|ved sin telefon))",
)
# The name stands before these.
BEFORE_THESE = (
    rf"(?= (?:(?:stadig|også|ikke|nu|vist|egentlig|så) )*(?:er|var|som)?(?: (?:stadig|ikke|nu|stadigvæk))* ?min"
    rf" {TITLE})",
    r"(?= (?:(?:der|som|stadig|nu) )*(?:har|havde|fik|passer|kører|er på|sidder med) (?:min|mine|vores) sag)",
    r"(?= som (?:rådgiver|sagsbehandler|socialrådgiver))",
    r"(?= hedder (?:hun|han)\b)",
    r"(?= (?:fra|på|i|inde på) (?:jobcent\w*|kommunen|borgerservice\w*|rådhuset|raadhuset|ydelse\w*|social\w*"
    r"|familie\w*|visitation\w*|bygge\w*))",
)
# Somebody else who is named with a capital: a signature, the one who is asked for, an oath.
NOT_THEIRS = re.compile(
    r"(?:\b(?:for|på vegne af|paa vegne af|gamle|lille|hvad|hvem|hold da|mig|hej,? det er) "
    r"|\b(?:min|mit|vores|hans|hendes) \w+, )$",
    re.IGNORECASE,
)
SIGNED = re.compile(r"(?:^|[,.!?\n\d] ?)$")
OWN = re.compile(
    r"(?:\bjeg (?:hedder|er)|\bmit navn er|\bnavn:?|\bhilsen|\bhilsner|\bmvh\.?|\bvh\.?|\bkh\.?|\bjeg,?|"
    r"\b(?:min|mit|vores|hans|hendes) (?!sagsbehandler|rådgiver|socialrådgiver)\w+(?: (?:på \d+ )?"
    r"(?:hedder|der hedder))?)[\s,:]*$",
    re.IGNORECASE,
)
