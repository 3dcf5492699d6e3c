"""A line of the audit trail in plain Danish: who did what, why, and how it went."""

from __future__ import annotations

from collections.abc import Callable

from bot.audit.trail import ActorKind, Doing, Line

KINDS = {ActorKind.CITIZEN: "borger", ActorKind.STAFF: "medarbejder", ActorKind.SYSTEM: "systemet"}
"""What those who stand in the trail are, in a word."""

DOINGS = {
    Doing.LOOKED_UP: "Så en borgers sager",
    Doing.READ_HANDOFF: "Læste en samtale",
    Doing.WROTE_NOTE: "Skrev et notat",
    Doing.WROTE_TASK: "Oprettede en opgave",
    Doing.READ_TRAIL: "Læste i revisionssporet",
    Doing.EXPORTED_TRAIL: "Hentede en fil med revisionssporet",
}
"""What can be done, to choose from."""

SYSTEMS = {"sql": "det indbyggede sagsregister", "sbsys": "SBSYS", "sf1470": "Sags- og Dokumentindekset"}
"""What the systems are called that the settings name by a short word; any other goes by its own name."""

_SPOILED = "Linjen kan ikke læses. Enten er den ændret, eller også mangler nøglen til den."
_GIVEN = "ok"
_IN_PART = "part_"
_WENT = {
    "none": "Der var ingen sager.",
    "down": "Sagssystemet svarede ikke.",
    "slow": "Sagssystemet svarede ikke i tide.",
    "nonsense": "Sagssystemet svarede med noget, der ikke kunne bruges.",
    "too_much": "Der var flere sager, end der kan vises.",
    "failed": "Det gik ikke.",
}
_OWN_REASONS = {
    "desk.cases": "fordi sagerne blev åbnet i {place}",
    "desk.claim": "fordi {place} blev taget",
    "desk.filing": "fordi der blev valgt en sag til en kladde i {place}",
    "filing": "fordi {place} førte til det",
}
_TRAIL = {Doing.READ_TRAIL, Doing.EXPORTED_TRAIL}
_LIKE = "line "


def place_like(number: int) -> str:
    """The ``place`` of a look in the trail at what is about the same citizen as line ``number``."""
    return f"{_LIKE}{number}"


def handoff_of(line: Line) -> int | None:
    """The number of the handoff that the line has for its place, None where it is something else."""
    place = line.place or ""
    return int(place) if place.isascii() and place.isdigit() and len(place) <= 10 else None


def who(line: Line) -> str:
    """»Borgeren selv«, »Anna Holm (medarbejder)«."""
    if line.actor_kind == ActorKind.CITIZEN:
        return line.actor_name or "Borgeren selv"
    kind = next((word for known, word in KINDS.items() if known == line.actor_kind), line.actor_kind)
    return f"{line.actor_name or 'Ukendt'} ({kind})"


def sentence(line: Line, title: Callable[[str], str]) -> str:
    """What the line says. ``title`` gives the Danish title of an intent by its name."""
    if line.at is None or not line.doing:
        return _SPOILED
    because = _because(line, title)
    return f"{who(line)} {_did(line)}{because and f', {because}'}.{_went(line)}"


def systems(line: Line) -> str:
    """The systems that were asked or written to, by what people call them."""
    return ", ".join(SYSTEMS.get(name, name) for name in line.systems)


def _did(line: Line) -> str:
    seen = line.outcome in (_GIVEN, "none") or line.outcome.startswith(_IN_PART)
    if line.doing == Doing.LOOKED_UP:
        whose = "sine egne sager" if line.actor_kind == ActorKind.CITIZEN else "borgerens sager"
        return f"{'så' if seen else 'bad om at se'} {whose}"
    if line.doing == Doing.READ_HANDOFF:
        return f"læste {_place(line) or 'en samtale'}"
    if line.doing == Doing.WROTE_NOTE:
        return "skrev et notat i borgerens sag" if seen else "prøvede at skrive et notat i borgerens sag"
    if line.doing == Doing.WROTE_TASK:
        return "oprettede en opgave i borgerens sag" if seen else "prøvede at oprette en opgave i borgerens sag"
    if line.doing in _TRAIL:
        did = "læste i revisionssporet" if line.doing == Doing.READ_TRAIL else "hentede en fil med revisionssporet"
        return did + _about(line)
    return f"gjorde noget ukendt ({line.doing})"


def _about(line: Line) -> str:
    place = line.place or ""
    if place.startswith(_LIKE):
        return f" om samme borger som linje {place.removeprefix(_LIKE)}"
    return " om en bestemt borger" if line.about_citizen else ""


def _because(line: Line, title: Callable[[str], str]) -> str:
    if line.doing in _TRAIL or line.doing == Doing.READ_HANDOFF:
        return ""
    own = _OWN_REASONS.get(line.why)
    if own is not None:
        return own.format(place=_place(line) or "en samtale")
    if line.actor_kind == ActorKind.CITIZEN and line.why:
        return f"fordi borgeren skrev til robotten om »{title(line.why)}«"
    return f"og grunden er »{line.why}«" if line.why else ""


def _place(line: Line) -> str:
    number = handoff_of(line)
    return f"samtale {number}" if number is not None else ""


def _went(line: Line) -> str:
    if line.outcome == _GIVEN:
        if line.doing == Doing.LOOKED_UP and not line.cases:
            return f" {_WENT['none']}"
        return ""
    if line.outcome.startswith(_IN_PART):
        how = line.outcome.removeprefix(_IN_PART)
        return f" Kun en del kom med: {_WENT.get(how, how)}"
    return f" {_WENT.get(line.outcome, f'Udfald: {line.outcome}.')}"
