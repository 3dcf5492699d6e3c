"""What lies in the peer: an inbox, hensigter, answers, versions and edits as a municipality has them, some of it hostile."""

# ruff: noqa: E501 -- a row of sample data is read best on one line
from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from typing import Any

HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script> javascript:alert(1) {{7*7}}'

ME: dict[str, Any] = {
    "id": "s-karen",
    "name": "Karen Friis",
    "email": "karen.friis@noerreaa.example",
    "roles": ["trainer"],
    "csrf": "csrf-1",
    "expires_at": "2026-11-22T16:00:00+00:00",
    "may_write": True,
    "may_override": False,
    "municipality": "Nørreå Kommune",
}

TITLES = {
    "sagsstatus": "Hvor langt er min sag?",
    "svartid": "Hvornår får jeg svar?",
    "hvem_er_sagsbehandler": "Hvem har min sag?",
    "kontakt_sagsbehandler": "Få fat i min sagsbehandler",
    "tal_med_menneske": "Tale med et menneske",
    "ring_mig_op": "Blive ringet op",
    "book_moede": "Aftale et møde",
    "klage": "Klage over en afgørelse",
    "find_afdeling": "Finde den rette afdeling",
    "aabningstider": "Hvornår har I åbent?",
    "akut_hjaelp": "Har brug for hjælp nu",
    "hilsen": "Siger hej",
}
BLOCKS = {
    "sagsstatus": "Egen sag",
    "svartid": "Egen sag",
    "hvem_er_sagsbehandler": "Egen sag",
    "kontakt_sagsbehandler": "Egen sag",
    "tal_med_menneske": "Mennesker og møder",
    "ring_mig_op": "Mennesker og møder",
    "book_moede": "Mennesker og møder",
    "klage": "Egen sag",
    "find_afdeling": "Find vej",
    "aabningstider": "Find vej",
    "akut_hjaelp": "Følelser",
    "hilsen": "Samtalen",
}
GUARDED = ("akut_hjaelp", "tal_med_menneske", "klage")
TEXTS: dict[str, list[str]] = {
    "sagsstatus": [
        "hvad er status på min sag",
        "hvor langt er I med min ansøgning",
        "Sker der noget med mine sygedagpenge?",
        "er min sag i gang",
        "hvor langt er min sag",
    ],
    "svartid": ["hvornår får jeg svar", "hvor lang tid går der", "hvor langt er I med min ansøgning om boligstøtte"],
    "hvem_er_sagsbehandler": [
        "hvem er min sagsbehandler",
        "hvem sidder med min sag",
        "er det stadig Lone Kristoffersen",
    ],
    "kontakt_sagsbehandler": ["jeg vil have fat i min sagsbehandler", "kan min sagsbehandler skrive til mig"],
    "tal_med_menneske": ["jeg vil tale med et menneske", "giv mig en rigtig person", "viderestil mig"],
    "ring_mig_op": ["ring til mig", "kan I ringe mig op i morgen"],
    "book_moede": ["jeg vil have et møde", "kan jeg få en tid på torsdag"],
    "klage": ["jeg vil klage", "det er jeg ikke enig i, jeg vil klage over afslaget"],
    "find_afdeling": ["hvem skal jeg spørge om boligstøtte", "der er et hul i vejen"],
    "aabningstider": ["hvornår har I åbent", "er rådhuset åbent lørdag"],
    "akut_hjaelp": ["min mand slår mig", "jeg har ingen steder at sove i nat"],
    "hilsen": ["hej", "goddag"],
}
PHONE = "ring til Peter Hansen på 12 34 56 78, det er om pasningen"


def now() -> datetime:
    """The time, aware."""
    return datetime.now(timezone.utc)


def ago(minutes: float) -> str:
    """So many minutes back, as the contract writes it."""
    return (now() - timedelta(minutes=minutes)).isoformat()


def short(text: str) -> str:
    """The hash that examples and revisions are known by."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def guess(intent: str, confidence: float | None = None) -> dict[str, Any]:
    """A hensigt with its title, as a row names it."""
    told: dict[str, Any] = {"intent": intent, "title": TITLES[intent]}
    return told if confidence is None else {**told, "confidence": confidence}


def spans_of(text: str) -> list[dict[str, Any]]:
    """The personal details that the sample texts hold."""
    found = []
    for words, kind in (("Peter Hansen", "navn"), ("12 34 56 78", "telefon"), ("Bøgevej 12", "adresse")):
        at = text.find(words)
        if at >= 0:
            found.append({"start": at, "end": at + len(words), "kind": kind})
    return found


def group(id: int, text: str, **more: Any) -> dict[str, Any]:
    """A row of the inbox."""
    made = {
        "id": id,
        "text": text,
        "n": 1,
        "first_at": ago(id * 60 + 300),
        "last_at": ago(id * 60),
        "reasons": ["fallback"],
        "guess": guess("sagsstatus", 0.41),
        "second": guess("svartid"),
        "personal": spans_of(text),
        "status": "waiting",
        "intent": None,
        "by": None,
        "version": 1,
    }
    return {**made, **more}


def groups() -> dict[int, dict[str, Any]]:
    """The inbox by number, the newest first."""
    rows = [
        group(
            1,
            "hvornår hører jeg fra jer om min mors plejebolig?",
            n=3,
            guess=guess("svartid", 0.52),
            second=guess("sagsstatus"),
            reasons=["asked", "handoff"],
        ),
        group(2, PHONE, guess=guess("ring_mig_op", 0.48), second=guess("tal_med_menneske")),
        group(3, "er det rigtigt, at parkeringen ved torvet er blevet gratis?", guess=None, second=None),
        group(
            4,
            "I svarer jo slet ikke på det, jeg spørger om",
            reasons=["citizen"],
            guess=guess("klage", 0.33),
            second=None,
        ),
        group(5, HOSTILE, reasons=["staff"], guess=guess("hilsen", 0.12)),
        group(
            6,
            "kan jeg lige få ham fra i går igen",
            reasons=["fallback", "staff"],
            guess=guess("kontakt_sagsbehandler", 0.44),
        ),
        group(7, "tak for hjælpen", status="used", intent="hilsen", by="Ida Skov"),
        group(8, "asdf", status="dropped", by="Karen Friis", guess=None, second=None),
    ]
    return {one["id"]: one for one in rows}


def messages(text: str) -> list[dict[str, Any]]:
    """A group's messages, each with the conversation around it."""

    def said(sender: str, words: str, minutes: float, this: bool = False) -> dict[str, Any]:
        return {"from": sender, "text": words, "at": ago(minutes), "this": this}

    around = [
        said("assistant", "Hej. Jeg er Nørre, en robot. Hvad kan jeg hjælpe med?", 62),
        said("citizen", text, 61, True),
        said("assistant", "Det forstod jeg ikke helt. Kan du skrive det på en anden måde?", 61),
        said("citizen", "glem det, jeg vil tale med en medarbejder", 60),
    ]
    one = {
        "text": text,
        "at": ago(61),
        "intent": "sagsstatus",
        "confidence": 0.41,
        "outcome": "fallback",
        "marked": None,
        "around": around,
    }
    other = {
        **one,
        "text": f"{text} hallo",
        "at": ago(500),
        "outcome": "asked",
        "marked": "citizen",
        "around": around[:2],
    }
    return [one, other]


def example(text: str, near: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """An example of a hensigt."""
    marks = []
    if "Lone Kristoffersen" in text:
        at = text.index("Lone Kristoffersen")
        marks.append({"start": at, "end": at + 18, "entity": "sagsbehandlernavn", "value": "Lone Kristoffersen"})
    return {"id": short(text), "text": text, "marks": marks, "near": near or []}


def answer_of(intent: str) -> dict[str, str]:
    """What a hensigt is answered with."""
    if intent in ("hilsen", "aabningstider", "akut_hjaelp"):
        return {"kind": "text", "name": f"utter_{intent}"}
    return {"kind": "action", "name": f"action_{intent}"}


ANSWERS: list[dict[str, Any]] = [
    {"name": "utter_hilsen", "texts": ["Hej. Jeg er {navn}, en robot fra {kommune}. Hvad kan jeg hjælpe med?", "Goddag. Hvad kan jeg hjælpe med?"], "buttons": ["Hvor langt er min sag?", "Tale med et menneske"], "used_by": [guess("hilsen")], "lix": 18, "words": 12, "problems": [], "links": []},
    {"name": "utter_aabningstider", "texts": ["Rådhuset har åbent mandag til fredag kl. 9-15. Se mere på https://noerreaa.example/aabningstider"], "buttons": [], "used_by": [guess("aabningstider")], "lix": 24, "words": 14, "problems": [], "links": ["https://noerreaa.example/aabningstider"]},
    {"name": "utter_akut_hjaelp", "texts": ["Ring 112, hvis du er i fare nu. Jeg finder en medarbejder til dig."], "buttons": [], "used_by": [guess("akut_hjaelp")], "lix": 16, "words": 14, "problems": [], "links": []},
    {"name": "utter_gammel", "texts": ["I henhold til gældende bestemmelser fremsendes afgørelsesgrundlaget snarligst."], "buttons": [], "used_by": [], "lix": 71, "words": 8, "problems": [{"code": "lix", "text": "Svaret er svært at læse (LIX 71). Det må højst være 35."}, {"code": "unused", "text": "Svaret bliver ikke brugt."}], "links": []},
]  # fmt: skip

CHECKS: list[dict[str, Any]] = [
    {"code": "both", "severity": "error", "text": "»hvor langt er min sag« står både i »Hvor langt er min sag?« og »Hvornår får jeg svar?«.", "where": {"page": "hensigt", "name": "sagsstatus", "id": short("hvor langt er min sag")}},
    {"code": "few", "severity": "warning", "text": "»Siger hej« har kun 2 eksempler. Der skal helst være mindst 15.", "where": {"page": "hensigt", "name": "hilsen", "id": None}},
    {"code": "unused", "severity": "hint", "text": "Svaret »utter_gammel« bliver ikke brugt.", "where": {"page": "svar", "name": "utter_gammel", "id": None}},
    {"code": "rules", "severity": "error", "text": "Reglerne »Hilsen« og »Hilsen igen« siger hver sit om, hvad der sker efter »Siger hej«.", "where": {"page": "regel", "name": "Hilsen", "id": None}},
]  # fmt: skip


def version(id: int, **more: Any) -> dict[str, Any]:
    """A version of the model."""
    made = {
        "id": id,
        "made_at": ago((4 - id) * 3000),
        "by": "Karen Friis" if id > 1 else "",
        "reason": "Den første" if id == 1 else f"Flere eksempler om plejebolig ({id})",
        "examples": 3100 + 20 * id,
        "intents": 44,
        "accuracy": 0.889 + id / 200,
        "macro_f1": 0.861 + id / 200,
        "macro_f1_interval": [0.84 + id / 200, 0.88 + id / 200],
        "cross_macro_f1": 0.842,
        "guarded": [{**guess(name), "recall": 0.97} for name in GUARDED],
        "status": "ready",
        "activations": [],
        "before_update": None,
    }
    return {**made, **more}


def versions() -> dict[int, dict[str, Any]]:
    """The versions by number; the third runs."""
    return {
        1: version(1, activations=[{"at": ago(9000), "by": "", "reason": "Den første", "override": None}]),
        2: version(2, status="missing"),
        3: version(3, status="live", activations=[{"at": ago(2900), "by": "Ida Skov", "reason": "Bedre til boligstøtte", "override": None}]),
        4: version(4),
    }  # fmt: skip


def comparison(with_id: int) -> dict[str, Any]:
    """A version beside the one that ran."""
    before, now_ = (
        {"precision": 0.8, "recall": 0.7, "f1": 0.747, "support": 20},
        {"precision": 0.85, "recall": 0.8, "f1": 0.824, "support": 20},
    )
    return {
        "with": with_id,
        "intents": [{**guess("svartid"), "before": before, "now": now_}, {**guess("klage"), "before": now_, "now": before}],
        "better": [{"text": "hvornår får min far svar", "intent": "svartid", "before": "sagsstatus", "now": "svartid"}],
        "worse": [{"text": "jeg er uenig", "intent": "klage", "before": "klage", "now": "find_afdeling"}],
        "recent": {
            "days": 30,
            "n": 412,
            "changed": [
                {"text": "hvornår hører jeg fra jer", "n": 3, "before": {"intent": "sagsstatus", "confidence": 0.52, "outcome": "asked"}, "now": {"intent": "svartid", "confidence": 0.91, "outcome": "answered"}},
                {"text": HOSTILE, "n": 1, "before": {"intent": None, "confidence": 0.1, "outcome": "fallback"}, "now": {"intent": "hilsen", "confidence": 0.6, "outcome": "asked"}},
            ],
        },
        "data": {"added": [{"intent": "svartid", "text": "hvornår hører jeg fra jer"}], "removed": [], "responses": ["utter_hilsen"], "rules": []},
        "figures": {"before": {"accuracy": 0.904, "macro_f1": 0.876}, "now": {"accuracy": 0.909, "macro_f1": 0.881}},
    }  # fmt: skip


GATE_RULES = {"makro_f1_maa_falde": 0.01, "vogtede_hensigter": {"akut_hjaelp": 0.0, "tal_med_menneske": 0.02, "klage": 0.02}}  # fmt: skip
HELD = ["»Har brug for hjælp nu« bliver fundet sjældnere: 92,0 % mod 97,0 % før. Det må slet ikke falde."]


def training(id: int, **more: Any) -> dict[str, Any]:
    """A training that has just begun."""
    made = {
        "id": id,
        "status": "running",
        "step": 1,
        "steps": 5,
        "doing": "Lægger eksemplerne til side",
        "stopping": False,
        "by": ME["name"],
        "reason": "",
        "created_at": ago(0),
        "started_at": ago(0),
        "ended_at": None,
        "problem": None,
        "version": None,
    }
    return {**made, **more}


def edit(id: int, kind: str, subject: str, text: str, **more: Any) -> dict[str, Any]:
    """A change in the history."""
    title = TITLES.get(subject, subject)
    made = {
        "id": id,
        "at": ago(200 - id),
        "by": "Karen Friis",
        "kind": kind,
        "subject": subject,
        "title": title,
        "text": text,
        "lines": [{"file": "data/nlu/egen_sag.yml", "before": [], "after": ["hvornår hører jeg fra jer"]}],
        "undoable": True,
        "undoes": None,
    }
    return {**made, **more}


def edits() -> list[dict[str, Any]]:
    """The history, the newest last."""
    return [
        edit(1, "added", "svartid", "1 eksempel lagt til"),
        edit(2, "changed", "klage", "1 eksempel rettet", by="Ida Skov", lines=[{"file": "data/nlu/egen_sag.yml", "before": ["jeg klager"], "after": ["jeg vil klage"]}]),
        edit(3, "deleted", "hilsen", "1 eksempel slettet", lines=[{"file": "data/nlu/samtalen.yml", "before": [HOSTILE], "after": []}], undoable=False),
    ]  # fmt: skip


def tried(version: int, text: str) -> dict[str, Any]:
    """What one version makes of a text."""
    sure = 0.91 if version == 4 else 0.52
    names = ["svartid", "sagsstatus", "klage", "ring_mig_op", "hilsen"]
    ranking = [guess(name, part) for name, part in zip(names, (sure, 0.95 - sure, 0.02, 0.01, 0.01), strict=True)]
    at = text.find("plejebolig")
    return {
        "version": version,
        **guess("svartid", sure),
        "ranking": ranking,
        "outcome": "answered" if sure > 0.8 else "asked",
        "guesses": [] if sure > 0.8 else [guess("svartid"), guess("sagsstatus")],
        "entities": [] if at < 0 else [{"entity": "emne", "value": "plejebolig", "text": "plejebolig", "start": at, "end": at + 10}],
        "rule": "Hvornår får jeg svar?" if sure > 0.8 else None,
        "decided": None if sure > 0.8 else "Ingen regel passede",
        "action": "action_svartid" if sure > 0.8 else "action_fallback",
        "said": ["Vi svarer inden for 8 uger.\n\nVil du se din egen sag?"] if sure > 0.8 else ["Mener du et af de her?"],
        "path": "regel",
        "ms": 34,
    }  # fmt: skip
