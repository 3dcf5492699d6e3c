"""What lies in the peer's queue: conversations as a contact centre has them, and everything hostile at once."""

# ruff: noqa: E501 -- a row of sample data is read best on one line
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script> javascript:alert(1) {{7*7}}'

ME: dict[str, Any] = {
    "id": "s-mette",
    "name": "Mette Holm",
    "email": "mette@noerreaa.example",
    "roles": ["agent"],
    "departments": ["ydelse", "borgerservice"],
    "csrf": "csrf-1",
    "available": True,
    "outcomes": [
        {"key": "answered", "text": "Borgeren har fået svar"},
        {"key": "meeting", "text": "Der er aftalt et møde"},
        {"key": "passed_on", "text": "Givet videre til sagsbehandleren"},
        {"key": "not_reached", "text": "Borgeren kunne ikke nås"},
        {"key": "not_ours", "text": "Hører til hos en anden myndighed"},
    ],
    "departments_all": [
        {"key": "borgerservice", "name": "Borgerservice"},
        {"key": "ydelse", "name": "Ydelsescentret"},
        {"key": "social", "name": "Socialafdelingen"},
        {"key": "jobcenter", "name": "Jobcentret"},
    ],
    "triggers": [
        {"key": "bedt_om", "text": "Borgeren bad om et menneske"},
        {"key": "akut", "text": "Akut"},
        {"key": "konflikt", "text": "Utilfreds"},
        {"key": "overskredet", "text": "Fristen er overskredet"},
    ],
    "desk_open": True,
    "desk_hours": "mandag-fredag kl. 9-15",
}
STAFF = [
    {"id": "s-mette", "name": "Mette Holm", "departments": ["ydelse"], "available": True},
    {"id": "s-sofie", "name": "Sofie Lund", "departments": ["social"], "available": True},
    {"id": "s-per", "name": "Per Iversen", "departments": ["jobcenter"], "available": False},
]
REPLIES = [
    {"key": "tak", "shortcut": "/tak", "title": "Tak for nu", "text": "Tak, fordi du skrev, Anna. Hav en god dag.", "missing": []},
    {"key": "vent", "shortcut": "/vent", "title": "Et øjeblik", "text": "Jeg slår det op. Det tager et par minutter.", "missing": []},
    {
        "key": "frist",
        "shortcut": "/frist",
        "title": "Hvornår kommer svaret",
        "text": "Hej Anna. Du får svar senest [dato]. Du skal ikke gøre mere.",
        "missing": ["dato"],
    },
]  # fmt: skip
CASES = [
    {
        "number": "32.30.04-G01-118-26",
        "title": "Sygedagpenge",
        "state": "behandles",
        "department": "Ydelsescentret",
        "handler": "Lars Thygesen",
        "opened": "2026-10-02",
        "expected": "2026-11-12",
        "overdue": True,
        "todos": [{"text": "Send lægeerklæringen", "due": "2026-12-03"}],
        "events": [{"text": "Vi bad din læge om en erklæring", "at": "2026-11-02"}],
        "sensitivity": "",
    }
]
TALK = [
    ("assistant", "Hej. Jeg er Nørre, en robot. Hvad kan jeg hjælpe med?"),
    ("citizen", "Hvad er status på mine sygedagpenge?"),
    ("assistant", "Din sag om sygedagpenge behandles i Ydelsescentret. Fristen var den 12. november 2026, og den er overskredet."),
    ("citizen", "jeg er træt af at vente 😡, jeg vil have et møde med en rigtig person. Det haster, for huslejen skal betales på fredag"),
    ("assistant", "Det kan jeg godt forstå. En medarbejder tager over, og du skal ikke fortælle det hele igen."),
]  # fmt: skip


def now() -> datetime:
    """The time, aware."""
    return datetime.now(timezone.utc)


def ago(minutes: float) -> str:
    """So many minutes back, as the protocol writes it."""
    return (now() - timedelta(minutes=minutes)).isoformat()


def row(id: int, **more: Any) -> dict[str, Any]:
    """A row of the queue."""
    made = {
        "id": id,
        "conversation": f"c-{id}",
        "status": "waiting",
        "way": "chat",
        "trigger": "bedt_om",
        "trigger_text": "Borgeren bad om et menneske",
        "priority": 5,
        "department": "ydelse",
        "department_name": "Ydelsescentret",
        "departments": ["Ydelsescentret"],
        "topic": "Sygedagpenge",
        "first": "Hvad er status på mine sygedagpenge?",
        "urgency": None,
        "waiting_since": ago(id * 3),
        "due_at": (now() + timedelta(minutes=20)).isoformat(),
        "late": False,
        "claimed_by": None,
        "unread": 0,
        "logged_in": True,
        "version": 1,
    }
    return {**made, **more}


def handoffs() -> dict[int, dict[str, Any]]:
    """The whole handoffs, by number."""
    anna = row(
        12,
        trigger="konflikt",
        trigger_text="Utilfreds",
        priority=2,
        urgency="Det haster, for huslejen skal betales på fredag",
        first=TALK[3][1][:160],
        departments=["Ydelsescentret", "Socialafdelingen"],
        unread=1,
    )
    rows = [
        anna,
        row(13, topic="Pas", department="borgerservice", department_name="Borgerservice", departments=["Borgerservice"],
            first="Mit pas er væk, og jeg rejser på mandag", late=True, due_at=ago(12), logged_in=False, trigger_text="Borgeren bad om et menneske"),
        row(14, topic="Boligstøtte", first="Kan nogen ringe til mig?", way="call", phone="12 34 56 78"),
        row(15, topic="Kontanthjælp", priority=0, trigger="akut", trigger_text="Akut", first="Jeg har ingen steder at sove i nat"),
        row(16, topic="Plejebolig", status="claimed", claimed_by={"id": "s-sofie", "name": "Sofie Lund"}),
        row(17, topic="Støtte til bil", status="closed", claimed_by={"id": "s-mette", "name": "Mette Holm"}),
    ]  # fmt: skip
    return {one["id"]: whole(one) for one in rows}


def whole(one: dict[str, Any]) -> dict[str, Any]:
    """What the peer keeps of a handoff: the detail, the log and who looks."""
    log = [message(seq, sender, text) for seq, (sender, text) in enumerate(TALK, start=1)]
    said = TALK[3][1]
    closed = one["status"] == "closed"
    handoff = {
        **one,
        "reason": "Borgeren har ventet længe og er ked af det.",
        "phone": one.get("phone"),
        "level": "substantial",
        "name": "Anna Bjerregaard" if one["logged_in"] else "",
        "note": "Anna har fået svar på mail." if closed else "",
        "outcome": "answered" if closed else None,
        "closed_at": ago(60) if closed else None,
        "sent_at": one["waiting_since"],
        "claimed_at": None,
        "promised": None,
    }
    detail = {
        "handoff": handoff,
        "summary": [
            field("topic", "Det handler om", "Sygedagpenge", 2, TALK[1][1], "sygedagpenge"),
            field("first_request", "Det spørger borgeren om", TALK[1][1], 2, TALK[1][1], TALK[1][1]),
            field("last_question", "Sidste åbne spørgsmål", "jeg vil have et møde med en rigtig person", 4, said, "jeg vil have et møde med en rigtig person"),
            field("urgency", "Det haster", "Det haster, for huslejen skal betales på fredag", 4, said, "Det haster, for huslejen skal betales på fredag"),
            field("department", "Afdeling", "Ydelsescentret", 3, TALK[2][1], "Ydelsescentret"),
            {"kind": "form", "heading": "Form på mødet", "value": "fremmøde", "corrected": True, "sources": [{"seq": 3, "start": 3, "end": 6, "path": "number"}]},
        ],
        "sentence": None,
        "events": [
            {"id": 1, "kind": "sent", "text": "Sendt til køen", "who": None, "at": one["waiting_since"], "detail": ""},
            {"id": 2, "kind": "note", "text": "Note", "who": {"id": "s-sofie", "name": "Sofie Lund"}, "at": ago(5), "detail": "Hun ringede også i går."},
        ],
        "meetings": [],
        "filings": [
            {"id": one["id"] * 10, "version": 1, "kind": "note", "status": "draft", "text": "Anna fortæller, at huslejen skal betales på fredag.", "case": "32.30.04-G01-118-26", "deadline": None, "who": None, "at": None, "error": None}
        ],
        "survey": {"heard": 5, "neutral": 4, "trust": 4, "respect": 5, "comment": "Sofie var sød."} if closed else None,
        "state": "closed" if closed else "human" if one["status"] == "claimed" else "queued",
        "seen_seq": 0,
        "staff_seen_seq": 0,
    }  # fmt: skip
    log[2]["card"] = {"type": "case", "number": "32.30.04-G01-118-26", "title": "Sygedagpenge"}
    log[1]["misread"] = False
    log[0]["choices"] = [{"id": "1.0", "title": "Hvad er status?"}]
    return {"detail": detail, "log": log, "ids": {}}


def message(seq: int, sender: str, text: str, *, minutes: float | None = None, **more: Any) -> dict[str, Any]:
    """A message's frame."""
    return {"type": "message", "seq": seq, "from": sender, "text": text, "at": ago(30 - seq if minutes is None else minutes), **more}  # fmt: skip


def field(kind: str, heading: str, value: str, seq: int, text: str, words: str) -> dict[str, Any]:
    """A field of the summary, with the place of ``words`` in ``text``."""
    start = text.index(words)
    source = {"seq": seq, "start": start, "end": start + len(words), "path": None}
    return {"kind": kind, "heading": heading, "value": value, "corrected": False, "sources": [source]}


def meeting(id: int, starts_at: str, form: str, details: dict[str, Any]) -> dict[str, Any]:
    """A booked meeting."""
    return {
        "id": id,
        "version": 1,
        "status": "booked",
        "title": "Møde med Ydelsescentret",
        "department": "ydelse",
        "calendar": "ydelse-1",
        "form": form,
        "when": "tirsdag den 24. november kl. 10-10.30",
        "starts_at": starts_at,
        "ends_at": starts_at,
        "held_until": None,
        "form_words": "Fremmøde på Rådhustorvet 1",
        "agenda": ["Hvorfor trækker sagen ud?", "Huslejen på fredag"],
        "documents": ["Lægeerklæring"],
        "details": details,
    }


def slots(start: str) -> list[dict[str, Any]]:
    """Free times on three days."""
    day = datetime.fromisoformat(f"{start}T08:00:00+00:00")
    found = []
    for days in range(1, 4):
        for minutes in range(0, 150, 30):
            at = day + timedelta(days=days, minutes=minutes)
            found.append(
                {
                    "calendar": "ydelse-1",
                    "calendar_name": "Lars Thygesen",
                    "form": "fremmoede",
                    "starts_at": at.isoformat(),
                    "ends_at": (at + timedelta(minutes=30)).isoformat(),
                    "words": at.isoformat(),
                }
            )
    return found


FIGURES: dict[str, Any] = {
    "handoffs": 42,
    "by_trigger": [
        {"key": "bedt_om", "text": "Borgeren bad om et menneske", "n": 20},
        {"key": "konflikt", "text": "Utilfreds", "n": 12},
        {"key": "overskredet", "text": "Fristen er overskredet", "n": 10},
    ],
    "promised": {"kept": 36, "broken": 4, "median_wait_minutes": 7.5},
    "per_day": [{"day": "2026-11-19", "n": 18, "kept": 16}, {"day": "2026-11-20", "n": 24, "kept": 20}],
    "survey": {
        "n": 9,
        "heard": 4.4,
        "neutral": 4.1,
        "trust": 3.9,
        "respect": 4.8,
        "comments": [{"text": "Endelig et menneske!", "at": "2026-11-20T10:00:00+00:00"}],
    },
}
