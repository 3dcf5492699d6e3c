"""What `bot.meetings.wishes` knows of meetings: when one begins in a part of the day, and words to pass over."""

from __future__ import annotations

from datetime import time

_END = time(23, 59)
# Parts of the day (`bot.danish.times.hours`) by when a meeting begins; the later end is outside. Wider than the parts
# are, as a meeting at 8.30 is before noon for whoever asks for "om formiddagen".
PART_HOURS: dict[str, tuple[time, time]] = {
    "tidligt": (time(0), time(10)),
    "morgen": (time(0), time(10)),
    "formiddag": (time(0), time(12)),
    "middag": (time(11), time(13, 30)),
    "eftermiddag": (time(12), _END),
    "sent": (time(14), _END),
    "efter arbejde": (time(16), _END),
    "aften": (time(16), _END),
    "nat": (time(22), _END),
}

# Words that say nothing of when.
FILLING = frozenset(
    """
    ad af aftale aftalen alle altid altså anden andet andre at bare bedst bestil bestille book booke bruge dag
    dage dagen dagene den der det du efter egal egentlig eller en enten er et fint flyt flytte flyttes for fordi
    fra fremmøde fysisk gerne godt gå går ham har have hej hellere helst helt henne her hos hurtigst hurtigt
    hver hvis hvor hvornår i ikke ind ja jeg jer jeres kan kl klokken komme kommer kun kunne lidt lige lige-
    meget ligegyldigt lov lægge med meget men mig min mine mit muligt muligvis må måske møde møder mødes mødet
    mødetid nogen noget nu når næste og også ok okay om os passe passer personligt på ret skal snakke snarest
    snarligt snart som stedet så tag tage tak tale telefon telefonen telefonisk tid tiden tider tidspunkt til ud
    uge ved vi video videomøde vil ville være
    """.split()  # noqa: SIM905 (prose reads better in lines)
)
