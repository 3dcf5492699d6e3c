"""What citizens read when a human takes over; the words of each rule stand in `data/kommune.yml`."""

from __future__ import annotations

# The offer, after the rule's own words.
SOMEBODY_HERE = "Der sidder en medarbejder klar her i chatten."
QUEUE_AHEAD = "Der sidder en medarbejder ved chatten. Lige nu er der {ahead} foran dig i køen."
NOBODY_HERE = "Der er desværre ingen ved chatten lige nu, men vi har åbent. Vi svarer dig her senest {by}."
CLOSED_NOW = "Der er ingen ved chatten lige nu. Vi åbner igen {opens} og svarer dig her senest {by}."
NEVER_OPEN = "Der sidder ingen ved chatten, men vi vil gerne ringe til dig."
LOOK_THROUGH = "Det her får medarbejderen at se. Ret det, hvis noget er forkert."
STILL_OFFERED = "Jeg har det klar til en medarbejder. Skal jeg sende det?"

# Buttons
SEND = "Send til en medarbejder"
SEND_LATER = "Skriv til os, og få svar her"
CALL = "Ring til mig"
CALL_INSTEAD = "Ring til mig i stedet"
MEET = "Find en tid til et møde"
NO = "Nej tak"
MEANWHILE = "Spørg robotten imens"
LEAVE = "Forlad køen"
TAKE_BACK = "Træk det tilbage"
HUMAN = "Tal med et menneske"
YES = "Ja"
REFUSE = "Nej"

# Sent
THANKS = "Tak. Nu er det sendt."
QUEUED_NEXT = "Du er den næste. Bliv her, så skriver en medarbejder til dig."
QUEUED = "Du er nummer {position} i køen."
QUEUED_WAIT = "Du kan regne med at vente cirka {minutes} minutter."
QUEUED_BY = "Vi svarer senest {by}."
QUEUED_STAY = "Du kan skrive videre imens. Går du, finder du svaret her, når du kommer tilbage."
SENT_FOR_LATER = (
    "En medarbejder svarer dig her i chatten senest {by}. "
    "Du behøver ikke vente her: svaret ligger klar, når du kommer tilbage. "
    "Du kan også ringe på {phone}, {hours}."
)
SENT_BY_ITSELF = "Nu har jeg sendt det for dig, så du ikke skal vente unødigt."
ACUTE_QUEUED = (
    "Jeg har sat dig forrest i køen. En medarbejder skriver til dig her om lidt. "
    "Vent ikke på os, hvis det er farligt: ring 112."
)
ACUTE_CLOSED = (
    "Der sidder desværre ingen ved chatten lige nu, så vent ikke på os. Ring til numrene her. "
    "Skriv dit telefonnummer, hvis vi også skal ringe til dig. Vi kan tidligst ringe {opens}."
)
WITHDRAWN = "Helt i orden. Jeg har ikke sendt noget. Skriv bare, hvis du fortryder."
LEFT = "Helt i orden. Jeg har trukket det tilbage, så vi gør ikke mere. Skriv bare, hvis du fortryder."
STAYS_ACUTE = (
    "Det bestemmer du selv. Jeg lader det stå, så et menneske hos os ser det. "
    "Ring 112, hvis der bliver fare. Du kan altid skrive til mig igen."
)
WITHDRAWN_ACUTE = "Det bestemmer du selv. Ring 112, hvis der bliver fare. Du kan altid skrive til mig igen."
ASK_PHONE = "Det gør vi gerne. Hvilket telefonnummer skal vi ringe på?"
CALL_PROMISED = "Tak. Vi ringer til dig på {phone} senest {by}."
CALL_PROMISED_ACUTE = "Vent ikke på os, hvis det haster. Ring 112, hvis der er fare."
PHONE_PASSED_ON = "Tak. Jeg har givet nummeret {phone} videre til {staff}."
# Why a human was asked for, to those who take over.
NO_ANSWER = "Robotten kunne ikke svare, og borgeren vil tale med et menneske."
WRONG_ANSWER = "Borgeren siger, at robotten svarede forkert, og vil tale med et menneske."
MEANWHILE_ASK = "Du beholder din plads i køen. Hvad vil du gerne vide imens?"
ALREADY_QUEUED = "Du står allerede i kø til en medarbejder. Du er nummer {position}, og du beholder din plads."
ALREADY_PROMISED = "Vi har det allerede. Du hører fra os senest {by}."
BACK_TO_STAFF = "{staff} har din sag og ser, hvad du skriver."
TOO_LATE = "Det kan ikke ændres mere, for en medarbejder har allerede svaret. Skriv det her i stedet."
CORRECTED = "Tak. Jeg har skrevet det ind, så medarbejderen kan se det."
NOTHING_TO_SEND = "Der er ikke noget at sende lige nu. Skriv, hvis du vil tale med et menneske."

# While it goes on
CLAIMED = "{staff} fra {municipality} er her nu. Du kan skrive løs."
RELEASED = "{staff} er nødt til at gå. En kollega tager over, og du skal ikke forklare det hele igen."
TRANSFERRED = "{staff} giver dig videre til {to}, som kan hjælpe bedre. Du skal ikke forklare det hele igen."
TO_ASSISTANT = "Nu svarer robotten dig igen. {staff} har stadig din sag og vender tilbage."
CLOSED_CHAT = "{staff} har afsluttet samtalen. Skriv bare, hvis der er mere, så svarer robotten."
CLOSED_CALL = "{staff} har ringet til dig og afsluttet din henvendelse. Skriv bare, hvis der er mere."
CLOSED_NOT_REACHED = "Vi har ringet til dig, men fik ikke fat i dig. Skriv her, hvis vi skal prøve igen."
ASK_LOGIN = "Vil du logge ind med MitID? Så kan jeg se din sag og svare dig bedre."
LATE = "Det tager længere, end vi lovede, og det beklager vi. Du har stadig din plads. Vi kan også ringe til dig."
LATE_ACUTE = "Vi er desværre ikke nået frem til dig endnu. Vent ikke på os: ring 112, hvis der er fare nu."
LATE_CALL = "Vi nåede ikke at ringe, da vi lovede det. Det beklager vi. Vi har ikke glemt dig."
CONSENT_GIVEN = "Tak. Jeg har noteret, at du siger ja."
CONSENT_REFUSED = "Helt i orden. Jeg har noteret, at du siger nej, og vi finder en anden vej."
SURVEY = "Må vi spørge, hvordan det var? Det er fire korte spørgsmål, og du kan springe over."
SURVEY_THANKS = "Tak, fordi du svarede. Det bruger vi til at blive bedre."
QUESTIONS = {
    "heard": "Blev du hørt?",
    "neutral": "Blev du behandlet fair?",
    "trust": "Har du tillid til det, du fik at vide?",
    "respect": "Blev du mødt med respekt?",
}
LOGIN_FAILS = "Det er ærgerligt, at login driller. Du kan godt få hjælp uden at logge ind."
