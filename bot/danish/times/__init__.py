"""Danish expressions of time, found in a text and resolved against a given now.

>>> read_times("på torsdag efter kl. 14", now=...)[0].spans
(Span(since=2026-11-26 14:00+01:00, until=2026-11-27 00:00+01:00),)
"""

from bot.danish.times.reading import Reading, read_pieces
from bot.danish.times.resolving import read_times
from bot.danish.times.values import Days, Exact, Hours, How, Phrase, Piece, Span

__all__ = ["Days", "Exact", "Hours", "How", "Phrase", "Piece", "Reading", "Span", "read_pieces", "read_times"]
