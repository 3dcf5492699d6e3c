"""Rules of how the doctor runs its checks, and how it tells what it found."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest
from typer.testing import CliRunner

from bot.command import app
from bot.doctor.checking import Check, Report, run
from bot.doctor.finding import Finding, Level, fault, ok, seconds, warning
from bot.doctor.secrecy import HIDDEN, Secrecy, is_secret, shown
from bot.doctor.telling import json_of, lines_of, summary

NO_SECRETS = Secrecy({})


def check(group: str, what: str, *findings: Finding, limit: float = 5.0) -> Check:
    """A check that finds just that."""

    async def found() -> Sequence[Finding]:
        return findings

    return Check(group=group, what=what, run=found, limit=limit)


async def test_findings_stand_by_group_in_the_order_they_were_asked_for() -> None:
    """Who reads the report finds each thing where it stood last time, whoever answered first."""
    report = await run([check("A", "1", ok("en")), check("B", "2", ok("to")), check("A", "3", ok("tre"))])
    assert {group: [finding.said for finding in findings] for group, findings in report.groups.items()} == {
        "A": ["en", "tre"],
        "B": ["to"],
    }


async def test_a_check_that_breaks_hides_none_of_the_others() -> None:
    """Whatever is raised becomes a finding that names what could not be tried, and quotes nothing of the error."""

    async def broken() -> Sequence[Finding]:
        raise RuntimeError("hemmeligheden er 1234")

    report = await run([Check(group="A", what="Pladsen", run=broken), check("A", "2", ok("to"))])
    said = [finding.said for finding in report.findings]
    assert said == ["Pladsen kunne ikke prøves (RuntimeError).", "to"]


async def test_a_check_that_waits_for_ever_is_told_after_its_time() -> None:
    """Nobody waits for one that is silent."""

    async def silent() -> Sequence[Finding]:
        await asyncio.Event().wait()
        return []

    report = await asyncio.wait_for(run([Check(group="A", what="Porten", run=silent, limit=0.05)]), 30)
    assert [finding.said for finding in report.findings] == ["Porten: Der kom intet svar inden for 0,05 s."]


async def test_all_together_have_a_time_too() -> None:
    """However long each may take, the report is there after the time for all."""

    async def silent() -> Sequence[Finding]:
        await asyncio.Event().wait()
        return []

    checks = [Check(group="A", what="Porten", run=silent, limit=60), check("A", "2", ok("to"))]
    report = await asyncio.wait_for(run(checks, within=0.05), 30)
    assert [finding.level for finding in report.findings] == [Level.FAULT, Level.OK]


def test_a_thread_that_hangs_holds_up_nobody() -> None:
    """A name server that is silent blocks a thread of the operating system's: the command ends all the same."""
    never = threading.Event()

    async def hanging() -> Sequence[Finding]:
        await asyncio.to_thread(never.wait)
        return []

    report = asyncio.run(asyncio.wait_for(run([Check(group="A", what="Navnet", run=hanging, limit=0.05)]), 30))
    assert report.exit_code == 1
    never.set()


@pytest.mark.parametrize(
    ("findings", "code", "sentence"),
    [
        ((ok("a"),), 0, "Alt er i orden (1 prøvet)."),
        ((ok("a"), warning("b", "c")), 0, "Ingen fejl, 1 advarsel, 1 i orden."),
        ((warning("a", "b"), warning("a", "b")), 0, "Ingen fejl, 2 advarsler, 0 i orden."),
        (
            (fault("a", "b"), ok("c")),
            1,
            "1 fejl, 0 advarsler, 1 i orden. Ret fejlene, og kør borgerkontakt doctor igen.",
        ),
    ],
)
def test_only_a_fault_makes_the_command_fail(findings: tuple[Finding, ...], code: int, sentence: str) -> None:
    """Warnings are for people; a machine that waits for the exit code is stopped by faults alone."""
    report = Report({"A": findings})
    assert (report.exit_code, summary(report)) == (code, sentence)


def test_the_report_reads_well_without_colours() -> None:
    """Level, setting, what is and what to do stand in words, each finding under its group."""
    report = Report({"Databasen": (ok("Den svarer."), fault("Den er væk.", "Start den.", setting="DATABASE_URL"))})
    assert list(lines_of(report, NO_SECRETS)) == [
        "Databasen",
        "  ok        Den svarer.",
        "  FEJL      DATABASE_URL: Den er væk.",
        "            Gør: Start den.",
        "",
        "1 fejl, 0 advarsler, 1 i orden. Ret fejlene, og kør borgerkontakt doctor igen.",
    ]


def test_a_long_sentence_is_broken_under_itself() -> None:
    """A terminal of usual width shows no line that is cut."""
    report = Report({"A": (warning("ord " * 60, "gør " * 60),)})
    assert max(map(len, lines_of(report, NO_SECRETS))) <= 110


def test_machines_get_the_same_with_names_that_stay() -> None:
    """Others build on the names in the JSON."""
    report = Report({"A": (fault("b", "c", setting="PORT"),)})
    assert json_of(report, NO_SECRETS) == {
        "status": "fejl",
        "counts": {"ok": 0, "advarsel": 0, "fejl": 1},
        "findings": [{"group": "A", "level": "fejl", "setting": "PORT", "said": "b", "do": "c"}],
    }


@pytest.mark.parametrize(("number", "text"), [(0.5, "0,5 s"), (3.0, "3 s"), (0.054, "0,05 s"), (12.4, "12 s")])
def test_times_are_written_as_danes_write_them(number: float, text: str) -> None:
    """A comma, and no digits that say nothing."""
    assert seconds(number) == text


@pytest.mark.parametrize("name", ["SECRET_KEYS", "RASA_TOKEN", "SBSYS_CLIENT_SECRET", "SMTP_PASSWORD"])
def test_these_are_secrets(name: str) -> None:
    """By their name, so that a new setting is kept quiet about too."""
    assert is_secret(name)


@pytest.mark.parametrize("name", ["SBSYS_TOKEN_URL", "PORT", "OIDC_CPR_CLAIM"])
def test_these_are_no_secrets(name: str) -> None:
    """An address one must be able to check is shown."""
    assert not is_secret(name)


def test_no_secret_gets_past_the_last_guard() -> None:
    """Keys by themselves, passwords in addresses whether escaped or not, logins in addresses, and CPR numbers."""
    secrecy = Secrecy(
        {
            "SECRET_KEYS": "nøgle-et, nøgle-to",
            "DATABASE_URL": "postgresql://web:kode%2Fmed@db/web",
            "SMTP_PASSWORD": "kode-to",
        }
    )
    told = "nøgle-to kode/med kode%2Fmed kode-to https://en:anden@vært/x 010160-0019"
    hidden = secrecy.without(told)
    for secret in ("nøgle-to", "kode/med", "kode%2Fmed", "kode-to", "anden@", "0019"):
        assert secret not in hidden
    assert hidden.startswith(HIDDEN)


def test_an_address_is_shown_without_login_and_query() -> None:
    """Where it is, and no more."""
    assert shown("https://u:kode@vært.dk:8443/sti?token=x") == "https://vært.dk:8443/sti"


def test_the_command_says_that_it_changes_nothing() -> None:
    """Who reads the help dares to run it in production."""
    told = CliRunner().invoke(app, ["doctor", "--help"])
    assert told.exit_code == 0 and "Intet bliver ændret eller sendt." in " ".join(told.output.split())
