"""From what a citizen writes to the inbox and into the examples, over a whole web on real databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.chat.turn import Understood
from tests.integration.chat_client import Citizen
from tests.integration.rasa_peer import Reply, echo
from tests.integration.training_client import TrainingInstallation

QUESTION = "hvor tit bliver flurblerne tømt i sommerhusområdet"


def hearing(body: dict[str, Any]) -> Reply:
    """Rasa with actions that tell what was made of each typed message: of what holds "flurb" nothing."""
    answer = echo(body)
    if body["metadata"]["opening"] or body["message"].startswith("/"):
        return answer
    lost = "flurb" in body["message"]
    made = Understood(
        outcome="fallback" if lost else "answered", intent="find_afdeling", confidence=0.4, second="aabningstider"
    )
    return [*answer, {"recipient_id": body["sender"], "custom": made.to_json()}]


@pytest_asyncio.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[TrainingInstallation]:
    async with TrainingInstallation(database_url, tmp_path) as made:
        made.peer.reply = hearing
        yield made


async def asks(citizen: Citizen, id: str, text: str) -> dict[str, Any]:
    """The answer to what the citizen writes."""
    await citizen.say(id, text)
    return await citizen.from_("assistant")


async def test_what_was_not_understood_becomes_an_example(web: TrainingInstallation) -> None:
    """Listed with its guess and in its conversation, looked at for personal details, added, and out of the way."""
    karen = web.page("Karen Friis", "trainer")
    citizen = await web.begin()
    answer = await asks(citizen, "m1", f"{QUESTION}, mvh Anna, 010190-1234")
    assert "answers" not in answer  # an open question is no answer that could be wrong
    status, listed = await web.asked("GET", "/inbox", karen.headers)
    assert status == 200 and listed["counts"] == {"waiting": 1, "used": 0, "dropped": 0}
    assert listed["reasons"] == {"fallback": 1, "asked": 0, "handoff": 0, "citizen": 0, "staff": 0}
    (row,) = listed["rows"]
    assert row["guess"] == {"intent": "find_afdeling", "title": row["guess"]["title"], "confidence": 0.4}
    assert row["guess"]["title"] != "find_afdeling" and row["second"]["intent"] == "aabningstider"
    assert "1234" not in row["text"] and {one["kind"] for one in row["personal"]} == {"navn", "cpr"}
    assert (row["n"], row["reasons"], row["status"], row["by"], row["intent"]) == (
        1,
        ["fallback"],
        "waiting",
        None,
        None,
    )

    status, opened = await web.asked("GET", f"/inbox/{row['id']}", karen.headers)
    (message,) = opened["messages"]
    assert [one["from"] for one in message["around"]] == ["assistant", "citizen", "assistant"]
    assert [one["this"] for one in message["around"]] == [False, True, False] and message["outcome"] == "fallback"

    use = {"version": 1, "intent": "find_afdeling", "text": f"{QUESTION}, mvh Anna"}
    status, refused = await web.asked("POST", f"/inbox/{row['id']}/use", karen.headers, json=use)
    assert status == 409 and refused["error"]["code"] == "personal", refused
    assert refused["error"]["spans"][0]["kind"] == "navn"
    use["text"] = QUESTION
    status, used = await web.asked("POST", f"/inbox/{row['id']}/use", karen.headers, json=use)
    assert status == 200, used
    assert (used["group"]["status"], used["group"]["by"], used["group"]["intent"]) == (
        "used",
        "Karen Friis",
        "find_afdeling",
    )
    assert used["edit"]["subject"] == "find_afdeling" and used["edit"]["by"] == "Karen Friis"
    kept = "".join(file.read_text(encoding="utf-8") for file in (web.assistant / "data" / "nlu").glob("*.yml"))
    assert kept.count(f"- {QUESTION}\n") == 1
    status, listed = await web.asked("GET", "/inbox?view=used&q=sommerhusområder", karen.headers)
    assert [one["text"] for one in listed["rows"]] == [QUESTION]

    pia = web.page("Pia Lund", "trainer")
    status, told = await web.asked("POST", f"/inbox/{row['id']}/drop", pia.headers, json={"version": 1})
    assert status == 409 and (told["error"]["code"], told["error"]["by"]) == ("changed", "Karen Friis")
    assert told["error"]["text"].startswith("Karen Friis har brugt beskeden imens.")
    status, told = await web.asked("POST", f"/inbox/{row['id']}/use", pia.headers, json=use)
    assert status == 409 and told["error"]["code"] == "changed"  # and not that the example is there already
    status, restored = await web.asked("POST", f"/inbox/{row['id']}/restore", pia.headers, json={"version": 2})
    assert status == 200 and restored["group"]["status"] == "waiting"
    status, dropped = await web.asked("POST", f"/inbox/{row['id']}/drop", pia.headers, json={"version": 3})
    assert status == 200 and dropped["group"]["by"] == "Pia Lund"


async def test_the_citizen_and_staff_say_that_it_was_misread(web: TrainingInstallation) -> None:
    """Each once; the citizen is thanked with the way to a human, who is told why they are asked for."""
    karen, mette = web.page("Karen Friis", "trainer"), web.page("Mette Holm")
    citizen = await web.begin()
    answer = await asks(citizen, "m1", "må jeg fælde et træ i min have")
    assert answer["answers"] == 2
    for id in ("w1", "w1", "w2"):
        await citizen.send({"type": "wrong", "id": id, "seq": answer["seq"]})
        ack = await citizen.until(lambda frame, id=id: frame["type"] == "ack" and frame["id"] == id)
        assert ack["seq"] == answer["seq"]
    thanks = [frame for frame in citizen.messages() if frame["from"] == "system"]
    assert len(thanks) == 1 and thanks[0]["choices"][0]["do"] == "handoff:wrong"
    await citizen.send({"type": "wrong", "id": "w3", "seq": 1})  # the greeting
    assert (await citizen.error())["id"] == "w3"

    await citizen.send({"type": "choose", "id": "c1", "choice": thanks[0]["choices"][0]["id"]})
    offered = await citizen.from_("assistant")
    send = next(choice for choice in offered["choices"] if choice["do"] == "handoff:send")
    await citizen.send({"type": "choose", "id": "c2", "choice": send["id"]})
    await citizen.from_("assistant")
    (waiting,) = (await mette.get("/queue"))["items"]
    opened = await mette.get(f"/handoffs/{waiting['id']}")
    assert "svarede forkert" in opened["handoff"]["reason"]
    said = {one["seq"]: one.get("misread") for one in (await mette.get(f"/handoffs/{waiting['id']}/messages"))["items"]}
    assert said[2] is True and all(mark is None for seq, mark in said.items() if seq != 2)
    path = f"/handoffs/{waiting['id']}/misread"
    assert await mette.post(path, seq=2) == {"seq": 2, "misread": True} == await mette.post(path, seq=2)
    for nothing in (1, 3, 99):
        status, told = await mette.ask("POST", path, {"seq": nothing})
        assert status == 404 and told["error"]["text"]
    status, _ = await web.page("Ada Audit", "auditor").ask("POST", path, {"seq": 2})
    assert status == 403

    _, listed = await web.asked("GET", "/inbox?reason=staff", karen.headers)
    assert [(row["text"], row["reasons"], row["n"]) for row in listed["rows"]] == [
        ("må jeg fælde et træ i min have", ["citizen", "staff"], 1)
    ]
    await citizen.send({"type": "end", "erase": True})
    await citizen.until(lambda frame: frame.get("erased") is True)
    _, listed = await web.asked("GET", "/inbox", karen.headers)
    assert listed["rows"] == []


async def test_what_is_asked_wrongly_is_told(web: TrainingInstallation) -> None:
    """A view that is none, a cursor of another list, nothing to look for, a row that is gone; an auditor only reads."""
    karen, ada = web.page("Karen Friis", "trainer"), web.page("Ada Audit", "auditor")
    for query in ("view=nothing", "reason=x", "cursor=abc", "q=%21%21", "q=" + "a" * 301):
        status, told = await web.asked("GET", f"/inbox?{query}", karen.headers)
        assert status == 400 and told["error"]["text"], query
    assert (await web.asked("GET", "/inbox/7", karen.headers))[0] == 404
    assert (await web.asked("GET", "/inbox", ada.headers))[0] == 200
    for what in ("use", "drop", "restore"):
        body = {"version": 1} | ({"intent": "klage", "text": "x"} if what == "use" else {})
        assert (await web.asked("POST", f"/inbox/7/{what}", karen.headers, json=body))[0] == 404
        assert (await web.asked("POST", f"/inbox/7/{what}", ada.headers, json=body))[0] == 403
