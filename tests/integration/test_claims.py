"""Fifty at once want the same handoff: one gets it, whatever the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from bot.desk.refusals import Taken
from bot.handoff.model import Status
from bot.store.crypto import Vault
from bot.store.engine import make_engine
from tests.integration.desk_setup import Desk

STAFF, ROUNDS = 50, 200


@pytest.fixture
def engine(database_url: str):  # type: ignore[no-untyped-def]
    """An engine that gives each of the fifty a connection of their own, so that they really meet in the database."""
    made: Engine = (
        make_engine(database_url)
        if database_url.startswith("sqlite")  # a connection for each who asks
        else create_engine(database_url, future=True, pool_size=STAFF)
    )
    yield made
    made.dispose()


@pytest.mark.long
def test_exactly_one_of_fifty_wins_and_the_others_learn_who(engine: Engine, vault: Vault) -> None:
    """Fifty simultaneous claims, two hundred rounds: one winner each, and forty-nine who are told the winner's name."""
    desk = Desk(engine, vault)
    staff = [desk.staff(f"Medarbejder {number}") for number in range(STAFF)]
    conversation_id = desk.conversation("Jeg vil tale med et menneske")
    begin = Barrier(STAFF)

    def claim(handoff_id: int, number: int) -> str | None:
        """Who has it instead of this one, or None: it is theirs."""
        begin.wait()
        try:
            desk.queue.claim(handoff_id, staff[number])
        except Taken as taken:
            return taken.by
        return None

    with ThreadPoolExecutor(STAFF) as threads:
        for _ in range(ROUNDS):
            handoff = desk.waiting(conversation_id=conversation_id)
            told = list(threads.map(lambda number, of=handoff.id: claim(of, number), range(STAFF)))
            winners = [number for number, by in enumerate(told) if by is None]
            assert len(winners) == 1
            winner = staff[winners[0]]
            assert set(told) == {None, winner.name}
            now = desk.now(handoff)
            assert (now.status, now.staff_id, now.version) == (Status.CLAIMED, winner.id, 2)
            assert [kind for kind, *_ in desk.happened(handoff)] == ["claimed"]
            with engine.begin() as connection:
                desk.handoffs.change(connection, now, status=Status.CLOSED, closed_at=desk.clock())
    assert len(desk.said(handoff)) == 1 + ROUNDS  # each winner was announced once, and nobody else
