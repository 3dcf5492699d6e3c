"""What every case system must hold to that tasks and notes can be written into; see `tests.contract_cases`."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any, Protocol

import pytest

from bot.cases.case import Role
from bot.errors import CaseSystemDown, CaseSystemError, NotFoundError
from tests.contract_cases import ANNA, BO, NOBODY, TODAY, CaseRegister, party, record


class WritableRegister(CaseRegister, Protocol):
    """A case system in which a test may see what was written."""

    async def tasks_of(self, ref: str) -> list[tuple[str, str, date]]:
        """What a caseworker sees of the tasks in a case: text, author, due."""

    async def notes_of(self, ref: str) -> list[tuple[str, str]]:
        """What a caseworker sees of the notes in a case: text, author."""


def note(**changes: Any) -> dict[str, Any]:
    return {"cpr": ANNA, "key": "nøgle-1", "text": "Borgeren oplyser: »Åsen er blå«", "author": "Mette Holm"} | changes


def task(**changes: Any) -> dict[str, Any]:
    return note(text="Ring til borgeren", due=TODAY + timedelta(days=2)) | changes


class WritingContract:
    """The rules of the port's `add_task` and `add_note`."""

    async def test_a_note_and_a_task_stand_in_the_case_they_were_written_into(self, register: WritableRegister) -> None:
        """Text, author and date are kept letter for letter, in that case and in no other."""
        register.put(record("27.36.04-G01-1-26"), record("27.36.04-G01-2-26"))
        one, other = await register.system.cases_for(ANNA)
        await register.system.add_note(ref=one.ref, **note())
        await register.system.add_task(ref=one.ref, **task())
        assert await register.notes_of(one.ref) == [(note()["text"], "Mette Holm")]
        assert await register.tasks_of(one.ref) == [("Ring til borgeren", "Mette Holm", TODAY + timedelta(days=2))]
        assert await register.notes_of(other.ref) == [] and await register.tasks_of(other.ref) == []

    async def test_the_same_key_writes_nothing_more(self, register: WritableRegister) -> None:
        """Whoever does not know whether it was written may try again: the first stands, once."""
        register.put(record())
        (case,) = await register.system.cases_for(ANNA)
        for text in ("Det første", "Det første", "Noget andet"):
            await register.system.add_note(ref=case.ref, **note(text=text))
            await register.system.add_task(ref=case.ref, **task(text=text))
        assert [text for text, _ in await register.notes_of(case.ref)] == ["Det første"]
        assert [text for text, _, _ in await register.tasks_of(case.ref)] == ["Det første"]
        await register.system.add_note(ref=case.ref, **note(key="nøgle-2", text="Det næste"))
        assert [text for text, _ in await register.notes_of(case.ref)] == ["Det første", "Det næste"]

    async def test_ten_who_write_under_one_key_at_once_write_one(self, register: WritableRegister) -> None:
        """Two workers on one row, at the same moment, are told that all is well, and it stands once."""
        register.put(record())
        (case,) = await register.system.cases_for(ANNA)
        await asyncio.gather(*(register.system.add_note(ref=case.ref, **note()) for _ in range(10)))
        await asyncio.gather(*(register.system.add_task(ref=case.ref, **task()) for _ in range(10)))
        assert len(await register.notes_of(case.ref)) == 1
        assert len(await register.tasks_of(case.ref)) == 1

    async def test_every_party_to_a_case_may_have_something_written_into_it(self, register: WritableRegister) -> None:
        """Secondary parties and representatives are heard as well."""
        register.put(record("27.42.08-G01-3-26", party(ANNA), party(BO, Role.SECONDARY)))
        (case,) = await register.system.cases_for(BO)
        await register.system.add_note(ref=case.ref, **note(cpr=BO))
        assert len(await register.notes_of(case.ref)) == 1

    async def test_nothing_is_written_into_a_case_of_somebody_elses(self, register: WritableRegister) -> None:
        """A case one has no part in and a case that is not there are refused in the same words, and stay untouched."""
        register.put(record("02.34.02-G01-2-26", party(BO), kle="02.34.02"))
        (case,) = await register.system.cases_for(BO)
        told = []
        for ref, cpr in ((case.ref, ANNA), ("findes-ikke", ANNA), (case.ref, NOBODY)):
            with pytest.raises(NotFoundError) as refused:
                await register.system.add_note(ref=ref, **note(cpr=cpr))
            told.append((refused.value.log, refused.value.citizen, refused.value.staff))
            with pytest.raises(NotFoundError) as refused:
                await register.system.add_task(ref=ref, **task(cpr=cpr))
            told.append((refused.value.log, refused.value.citizen, refused.value.staff))
        assert len(set(told)) == 1
        assert not any(secret in str(told) for secret in (ANNA, case.ref, case.number))
        assert await register.notes_of(case.ref) == [] and await register.tasks_of(case.ref) == []

    async def test_what_was_written_stays_when_the_case_is_registered_again(self, register: WritableRegister) -> None:
        """An import that brings the case again takes no note away."""
        register.put(record())
        (case,) = await register.system.cases_for(ANNA)
        await register.system.add_note(ref=case.ref, **note())
        register.put(record(status_text="Der er sket noget"))
        assert len(await register.notes_of(case.ref)) == 1

    async def test_writing_into_a_system_that_is_away_is_an_error_without_the_words(
        self, register: WritableRegister
    ) -> None:
        """Where nothing listens whoever writes is told, and no error carries the text or the number."""
        system = register.unreachable()
        for write in (system.add_note(ref="r", **note()), system.add_task(ref="r", **task())):
            with pytest.raises(CaseSystemDown) as caught:
                await write
            assert not any(word in repr(caught.value) + caught.value.log for word in (ANNA, "Åsen", "Mette"))
        await system.close()
        await register.system.close()
        with pytest.raises(CaseSystemError):
            await register.system.add_note(ref="r", **note())
