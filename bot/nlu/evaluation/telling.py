"""Tells the figures in Danish, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from bot.nlu.evaluation.figures import counted, decimal, percent
from bot.nlu.evaluation.report import Report

_CONFUSIONS = 15
_TEXTS = 2
_WIDTH = 96


def headlines(report: Report) -> Iterator[tuple[str, str, str]]:
    """The figures that matter most: name, figure, what it says."""
    low, high = (decimal(end) for end in report.macro_f1_interval)
    yield "Rigtig hensigt", percent(report.accuracy), f"af {counted(report.n, 'besked', 'beskeder')}"
    if report.known:
        yield (
            "Rigtig, uden de kendte",
            percent(report.accuracy_without_known),
            f"{counted(report.known, 'besked', 'beskeder')} står ord for ord i træningsdata",
        )
    yield "Makro-F1", decimal(report.macro_f1), f"hver hensigt tæller lige meget; 95 %-interval {low}–{high}"
    yield "Kalibreringsfejl", decimal(report.calibration_error), "hvor langt sikkerhed og rigtighed ligger fra hinanden"
    answered, asked = report.answered, report.asked
    yield "Besvaret", percent(answered.share), f"{counted(answered.n, 'besked', 'beskeder')} får et svar"
    yield "Besvaret rigtigt", percent(answered.precision), "af de besvarede har den rigtige hensigt"
    if asked.n:
        yield "»Mener du …?«", percent(asked.share), f"{asked.holding} af {asked.n} har den rigtige blandt de to valg"
    outside = report.out_of_scope
    if outside.n:
        yield "Fundet uden for emne", percent(outside.recall), f"af {counted(outside.n, 'besked', 'beskeder')}"
        yield (
            "Besvaret som andet",
            str(outside.answered_as_something_else),
            "så mange uden for emne får svar på noget andet",
        )
    yield "Rigtigt uden for emne", percent(outside.precision), "af dem modellen kalder uden for emne, er det"
    yield "Taget for uden for emne", percent(outside.in_scope_taken), "af beskeder til kommunen kaldes uden for emne"
    took = report.milliseconds
    yield (
        "Tid pr. besked",
        f"{decimal(took.p50, places=1)} ms",
        f"midterste; 95 % under {decimal(took.p95, places=1)} ms",
    )
    if took.fast_share is not None:
        yield (
            "Den hurtige vej",
            f"{decimal(took.fast_p50, places=1)} ms",
            f"{percent(took.fast_share)} af beskederne nøjes med den",
        )


def lines_of(report: Report) -> Iterator[str]:
    """The whole report."""
    for name, figure, said in headlines(report):
        yield f"{name:24}{figure:>10}   {said}"
    if report.slices:
        yield from ("", f"{'Slags besked':32}{'rigtige':>10}{'antal':>8}")
        for name, each in report.slices.items():
            yield f"{name:32}{percent(each.accuracy):>10}{each.n:>8}"
    yield from ("", f"{'Hensigt':32}{'præcision':>10}{'fundet':>10}{'F1':>8}{'antal':>8}")
    for name, scores in report.per_intent.items():
        shares = f"{percent(scores.precision):>10}{percent(scores.recall):>10}{decimal(scores.f1):>8}"
        yield f"{name:32}{shares}{scores.support:>8}"
    if report.confusions:
        yield from ("", "Oftest forvekslet:")
    for confusion in report.confusions[:_CONFUSIONS]:
        yield f"{confusion.count:4}  {confusion.intent} → {confusion.predicted}"
        yield from (f"        »{_short(text)}«" for text in confusion.texts[:_TEXTS])
    if len(report.confusions) > _CONFUSIONS:
        yield f"      … og {len(report.confusions) - _CONFUSIONS} andre par. De står alle i --report og --json."


def shortfalls(report: Report, *, accuracy: float, macro_f1: float) -> Iterator[str]:
    """What is below the figures asked for, if anything."""
    for name, got, wanted in (
        ("Andelen af rigtige", report.accuracy, accuracy),
        ("Makro-F1", report.macro_f1, macro_f1),
    ):
        if got < wanted:
            yield f"{name} er {decimal(got)}. Den skal være mindst {decimal(wanted)}."


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _WIDTH else one_line[: _WIDTH - 1].rstrip() + "…"
