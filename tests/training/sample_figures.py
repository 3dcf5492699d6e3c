"""The figures that lie in the peer: the same week after week, so that every sum is known."""

# ruff: noqa: E501 -- a row of sample data is read best on one line
from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.training.sample import guess


def figures(start: str, end: str) -> dict[str, Any]:
    """The figures of a period: every day the same week after week, and everything adds up."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    week = [
        (14, 9, 4, 1, 3),
        (11, 8, 2, 1, 2),
        (9, 7, 2, 0, 0),
        (12, 8, 3, 1, 2),
        (7, 5, 1, 1, 4),
        (2, 2, 0, 0, 0),
        (0,) * 5,
    ]
    names = ("conversations", "solved", "handed_off", "unsolved", "not_understood")
    per_day = [{"day": day.isoformat(), **dict(zip(names, week[day.weekday()], strict=True))} for day in days]
    totals: dict[str, Any] = {name: sum(each[name] for each in per_day) for name in names}
    handed = totals["handed_off"]
    digital = min(handed, 5)
    return {
        "from": start, "to": end, **totals, "asked_back": 18, "marked_wrong": 4, "kept_days": 30,
        "by_trigger": [{"key": "bedt_om", "text": "Vil tale med et menneske", "n": handed - digital}, {"key": "digitalt", "text": "Hjælp til det digitale", "n": digital}] if handed else [],
        "promised": {"kept": 38, "broken": 3},
        "waits": {"n": 41, "median_minutes": 4.5, "p90_minutes": 17.0}, "handling": {"n": 40, "median_minutes": 65.0},
        "survey": {"n": 12, "heard": 4.25, "neutral": 4.0, "trust": 3.9, "respect": 4.7},
        "per_day": per_day,
        "per_matter": [
            {"kle": "32.30.04", "title": "Sygedagpenge", "conversations": 24, "handed_off": 14},
            {"kle": "23.05.05", "title": "Navne- og adressebeskyttelse", "conversations": 9, "handed_off": 9},
            {"kle": None, "title": "Uden emne", "conversations": 6, "handed_off": 0},
        ],
        "per_intent": [
            {**guess("sagsstatus"), "n": 80, "not_sure": 6}, {**guess("svartid"), "n": 33, "not_sure": 9},
            {"intent": None, "title": "Lignede ingen hensigt", "n": 12, "not_sure": 12},
            *({"intent": f"emne_{number}", "title": f"Emne nummer {number} med et navn, der er alt for langt til en søjle", "n": 12 - number, "not_sure": 1} for number in range(1, 12)),
        ],
    }  # fmt: skip
