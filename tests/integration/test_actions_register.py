"""Actions on real parts: settings, logins and case register in both databases, the real action server's loader."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actions import parts as shared
from actions.parts import Parts
from bot.cases.sample import sample_file
from bot.cases.systems import prepare_register
from bot.chat.turn import CASE_QUESTIONS
from bot.identity.logins import Logins
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine
from tests.asking import ask
from tests.databases import migrated
from tests.identity_setup import new_conversation

# One of them has no CPR number, to show how such a login is refused: that one never gets here.
CITIZENS = [
    citizen
    for citizen in json.loads((sample_file().parent / "citizens.json").read_text(encoding="utf-8"))
    if citizen.get("cpr")
]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of an installation whose web data and case register lie in one kind of database."""
    return Settings.read(
        {
            "SECRET_KEYS": Vault.new_key(),
            "RASA_TOKEN": "t",
            "OIDC_ISSUER": "https://login.example",
            "OIDC_CLIENT_ID": "borgerkontakt",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'web.db'}",
            "CASES_DATABASE_URL": database_url,
        },
        dotenv=tmp_path / "none",
    )


@pytest.fixture
async def parts(settings: Settings) -> AsyncIterator[Parts]:
    """The parts as the action server makes them, with the sample cases in the register."""
    engine = migrated(settings.database_url)
    for citizen in CITIZENS:
        new_conversation(engine, citizen["cpr"][::-1])
    engine.dispose()
    prepare_register(settings, Vault(settings.secret_keys), sample=True)
    made = shared.make(settings)
    yield made
    await made.cases.close()


def log_in(settings: Settings, citizen: dict[str, str]) -> str:
    """The opaque id of a fresh login of this citizen."""
    logins = Logins(make_engine(settings.database_url), Vault(settings.secret_keys))
    return logins.create(
        citizen["cpr"][::-1],
        cpr=citizen["cpr"],
        name=citizen["name"],
        level=citizen["loa"],
        id_token=None,
        lifetime_seconds=600,
    ).id


async def test_a_sample_citizen_gets_the_whole_answer(settings: Settings, parts: Parts) -> None:
    """Login, register and facts together: name, department, state, what to do, next date."""
    anna = next(citizen for citizen in CITIZENS if citizen["name"] == "Anna Bjerregaard")
    login = await asyncio.to_thread(log_in, settings, anna)
    said = await ask("hvem_er_sagsbehandler", "hvem er min sagsbehandler", parts=parts, login=login)
    assert said.variables("utter_kontakt_person")["name"] == "Mette Holm"
    assert "utter_goer" in said.responses
    card = said.payloads["card"]["card"]
    assert (card["state"], card["department"]) == ("behandles", "Pleje og Omsorg")
    assert card["todos"] and card["next"]["on_iso"] and card["contact"]["phone"] and card["contact"]["hours"]


async def test_every_sample_citizen_gets_an_answer_to_every_question(settings: Settings, parts: Parts) -> None:
    """No sample case breaks an answer, and none is answered with another's CPR number, number or name."""
    numbers = {case["sagsnummer"]: {party["cpr"] for party in case["parter"]} for case in _sample()}
    for citizen in CITIZENS:
        login = await asyncio.to_thread(log_in, settings, citizen)
        hyphened = f"{citizen['cpr'][:6]}-{citizen['cpr'][6:]}"
        theirs = {number for number, people in numbers.items() if hyphened in people or citizen["cpr"] in people}
        for intent in sorted(CASE_QUESTIONS):
            said = await ask(intent, "min sag", parts=parts, login=login)
            assert said.responses
            assert citizen["cpr"] not in said.everything
            assert not [number for number in numbers.keys() - theirs if number in said.everything]


@pytest.mark.parametrize(
    ("name", "intent", "text", "trigger"),
    [
        ("Carla Mikkelsen", "mine_sager", "mine sager", ("flere_afdelinger", "overskredet")),
        ("Minh Nguyen", "svartid", "hvornår får jeg svar om kontanthjælp", ("overskredet",)),
        ("Yusuf Abdi", "hvem_er_sagsbehandler", "hvem har min sag", ("overskredet",)),
        ("Ida Frandsen", "sagsstatus", "den børnefaglige undersøgelse", ("barn",)),
        ("Lone Østergaard", "skift_sagsbehandler", "en anden i sagen om førtidspension", ("foelsom",)),
        ("Wanda Friis", "klage", "jeg vil klage", ("afgoerelse",)),
        ("Anna Bjerregaard", "paa_vegne_af", "for min mor", ("repraesentation",)),
        ("Helle Lauridsen Krogh", "paa_vegne_af", "for min mor", (None,)),
        ("Anna Bjerregaard", "sagsstatus", "hvad er status", (None,)),
    ],
)
async def test_sample_citizens_are_handed_over_for_what_their_cases_are(
    settings: Settings, parts: Parts, name: str, intent: str, text: str, trigger: tuple[str | None, ...]
) -> None:
    """What stands in the register makes the row of the decision table fire, or none."""
    citizen = next(citizen for citizen in CITIZENS if citizen["name"] == name)
    login = await asyncio.to_thread(log_in, settings, citizen)
    said = await ask(intent, text, parts=parts, login=login)
    assert said.trigger in trigger


async def test_an_ended_login_opens_nothing(settings: Settings, parts: Parts) -> None:
    """After logout the same opaque id is nobody's."""
    anna = next(citizen for citizen in CITIZENS if citizen["name"] == "Anna Bjerregaard")
    login = await asyncio.to_thread(log_in, settings, anna)
    await asyncio.to_thread(Logins(make_engine(settings.database_url), Vault(settings.secret_keys)).end, login)
    said = await ask("sagsstatus", "status", parts=parts, login=login)
    assert said.responses == ["utter_login_udloebet"]


def _sample() -> list[dict]:  # type: ignore[type-arg]
    return list(json.loads(sample_file().read_text(encoding="utf-8")))
