"""What citizens read about meetings; every text is short and plain (`tests/unit/test_meetings_texts.py`)."""

from __future__ import annotations

from bot.meetings.rules import Form

# On the card and in the calendar
SUMMARY = "Møde med {department}"
AT_PLACE = "Fremmøde på {place}"
BY_PHONE = "Vi ringer til dig"
BY_PHONE_AT = "Vi ringer til dig på {phone}"
BY_VIDEO = "På video. {video}"

# The agenda
AGENDA_TOPIC = "Din sag om {topic}"
AGENDA_ASKED = "Det, du spurgte om: »{words}«"
AGENDA_FACT = "Det, du har fortalt: »{words}«"
AGENDA_MISSING = "Det, der mangler: {missing}"
AGENDA_NEXT = "Hvad der skal ske nu"

# Times to choose between
SLOTS = {
    Form.IN_PERSON: "Her er ledige tider til et møde med {department}. Hvilken passer dig?",
    Form.PHONE: "Her er ledige tider, hvor {department} kan ringe til dig. Hvilken passer dig?",
    Form.VIDEO: "Her er ledige tider til et møde på video med {department}. Hvilken passer dig?",
}
SLOTS_TO_MOVE = "Du har møde {when}. Hvilken tid vil du hellere have? Du beholder din gamle tid, til du har sagt ja."
NONE_AS_WISHED = "Der er desværre ingen fri tid, som passer med det, du skrev. De nærmeste er her:"
UNREAD = "Jeg forstod ikke »{unread}«, så det har jeg ikke regnet med."
NO_SUCH_FORM = "{department} holder ikke møder på den måde. Men måske passer det sådan."
NONE_FREE = (
    "{department} har desværre ingen ledige tider de næste {days} dage, fordi alt er optaget. "
    "Vi kan ringe til dig i stedet. Du kan også prøve igen i morgen: der kommer hele tiden nye tider."
)
NO_MORE = "Der er ikke flere ledige tider lige nu, fordi resten er optaget. Vælg en af de andre, eller bliv ringet op."
NO_CALENDAR = (
    "Du kan ikke bestille et møde med {department} her i chatten, for de har ingen tider i kalenderen. "
    "Vi kan ringe til dig i stedet og finde en tid sammen."
)

# A time that is held
HELD = "Jeg holder tiden {when} til dig indtil kl. {until}. Vil du have den?"
HELD_TO_MOVE = "Jeg holder tiden {when} til dig indtil kl. {until}. Vil du flytte mødet dertil?"
TAKEN = "Den tid er desværre lige blevet taget af en anden. Her er andre tider:"
TAKEN_NOTHING = "Den tid er desværre lige blevet taget af en anden. Vi kan finde en ny."
LET_GO = "Det er i orden. Jeg holder ikke længere tiden. Her er de ledige tider:"
LET_GO_KEPT = "Det er i orden. Du beholder din gamle tid {when}. Her er andre ledige tider:"
PHONE_WANTED = "Vi mangler dit telefonnummer, så vi kan ringe til dig. Skriv det på kortet her, og tryk på »{book}«."

# What is agreed
BOOKED = "Dit møde er aftalt til {when}."
BOOKED_MAIL = "Vi sender en mail til {email} med det."
BOOKED_SMS = "Vi sender en sms til {phone} om det."
MOVED = "Dit møde er flyttet. Den nye tid er {when}."
CHANGED = "Det er rettet."
ONE = "Her er dit møde: {when}."
SEVERAL = "Du har {count} møder:"
NO_MEETING = "Jeg kan ikke se et møde her, for der er ikke bestilt et i denne samtale."
NO_MEETING_LOGIN = "Er det bestilt et andet sted, så log ind. Så kan jeg se, om det er dit."
NO_MEETING_NEW = "Vil du bestille et?"
WHICH_MOVE = "Hvilket møde vil du flytte?"
WHICH_CANCEL = "Hvilket møde vil du aflyse?"
REALLY_CANCEL = "Vil du aflyse dit møde {when}?"
CANCELLED = "Dit møde {when} er aflyst. Du kan altid bestille et nyt."

# Choices
MORE = "Vis flere tider"
CALL = "Ring til mig i stedet"
YES_BOOK = "Ja, book mødet"
YES_MOVE = "Ja, flyt mødet"
NO_OTHER = "Nej, find en anden tid"
NEW = "Bestil et møde"
SHOW_OTHER = {
    Form.IN_PERSON: "Jeg vil hellere mødes",
    Form.PHONE: "Jeg vil hellere tale i telefon",
    Form.VIDEO: "Jeg vil hellere mødes på video",
}
MOVE_ONE = "Flyt mødet {when}"
MOVE = "Flyt mødet"
CANCEL_ONE = "Aflys mødet {when}"
CANCEL = "Aflys mødet"
YES_CANCEL = "Ja, aflys mødet"
NO_KEEP = "Nej, behold mødet"
KEPT = "Det er i orden. Mødet {when} står ved magt."

# What a citizen filled in that can't be used
BAD_DETAILS = "Jeg kunne ikke læse det, du skrev om mødet. Prøv igen."
TOO_LONG = "{field} må højst fylde {most} tegn. Gør teksten kortere."
MAIL_WITHOUT_ADDRESS = "Skriv din mailadresse, så vi kan sende dig en mail. Eller fjern krydset ved mail."
SMS_WITHOUT_PHONE = "Skriv dit telefonnummer, så vi kan sende dig en sms. Eller fjern krydset ved sms."
FIELDS = {"name": "Navnet", "interpreter": "Det om tolk", "companion": "Det om, hvem der skal med"}
