"""Reads how a new version of the assistant is held up to the one that runs (`traening`) in `data/kommune.yml`."""

from __future__ import annotations

from bot.municipality.rows import Row
from bot.training.gate import DANGER, GateRules

_SHARE = "et tal fra 0 til 1"


def gate_rules(top: Row) -> GateRules:
    """The rules of the gate; the usual ones for what is not there. What is wrong is noted with its line."""
    usual = GateRules()
    row = top.row("traening", required=False)
    if row is None:
        return usual
    may_fall = _share(row, "makro_f1_maa_falde", required=False, example="0.01")
    group = row.row("vogtede_hensigter", required=False)
    made = GateRules(
        macro_f1_may_fall=usual.macro_f1_may_fall if may_fall is None else may_fall,
        guarded=usual.guarded if group is None else _guarded(group),
    )
    row.done()
    return made


def _guarded(group: Row) -> dict[str, float]:
    # Whoever writes a list of their own may weigh everything but a cry for help that is overheard.
    intents = dict.fromkeys([DANGER, *map(str, group.values)])
    shares = {intent: _share(group, intent, required=True, example="0.02") for intent in intents}
    return {intent: share for intent, share in shares.items() if share is not None}


def _share(row: Row, key: str, *, required: bool, example: str) -> float | None:
    """A share; None when it is not there or wrong, which is noted."""
    raw = row.raw(key, f"{_SHARE}, for eksempel {example}", required=required)
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= 1:
        row.wrong(key, f"{key} skal være {_SHARE} med punktum, for eksempel {example}, ikke {str(raw)!r}.")
        return None
    return float(raw)
