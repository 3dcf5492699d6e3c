"""The report as people read it, and as machines do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any, Final

from bot.doctor.checking import Report
from bot.doctor.finding import Finding, Level
from bot.doctor.secrecy import Secrecy

_WIDTH: Final = 110
_BEFORE: Final = {Level.OK: "  ok        ", Level.WARNING: "  ADVARSEL  ", Level.FAULT: "  FEJL      "}
_INDENT: Final = " " * 12


def lines_of(report: Report, secrecy: Secrecy) -> Iterator[str]:
    """The report in lines, grouped; it reads well without colours."""
    for group, findings in report.groups.items():
        yield group
        for finding in findings:
            yield from _lines(finding, secrecy)
        yield ""
    yield summary(report)


def summary(report: Report) -> str:
    """How it went, in one sentence."""
    faults, warnings, well = (report.count(level) for level in (Level.FAULT, Level.WARNING, Level.OK))
    warned = f"{warnings} {'advarsel' if warnings == 1 else 'advarsler'}"
    if faults:
        return f"{faults} fejl, {warned}, {well} i orden. Ret fejlene, og kør borgerkontakt doctor igen."
    if warnings:
        return f"Ingen fejl, {warned}, {well} i orden."
    return f"Alt er i orden ({well} prøvet)."


def json_of(report: Report, secrecy: Secrecy) -> dict[str, Any]:
    """The report as plain JSON; the names are part of what others build on."""
    return {
        "status": "fejl" if report.exit_code else "ok",
        "counts": {level.value: report.count(level) for level in Level},
        "findings": [
            {
                "group": group,
                "level": finding.level.value,
                "setting": secrecy.without(finding.setting),
                "said": secrecy.without(finding.said),
                "do": secrecy.without(finding.do),
            }
            for group, findings in report.groups.items()
            for finding in findings
        ],
    }


def _lines(finding: Finding, secrecy: Secrecy) -> Iterator[str]:
    about = f"{finding.setting}: " if finding.setting else ""
    yield from _wrapped(_BEFORE[finding.level], secrecy.without(about + finding.said))
    if finding.do:
        yield from _wrapped(f"{_INDENT}Gør: ", secrecy.without(finding.do))


def _wrapped(before: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=_WIDTH,
        initial_indent=before,
        subsequent_indent=" " * len(before),
        break_long_words=False,
        break_on_hyphens=False,
    )
