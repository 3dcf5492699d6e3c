"""Logs as JSON lines, one event each, without personal data.

What goes in is chosen where it is logged: ids, counts, kinds. What could carry a person's words by
accident is cut off here: an exception is logged as its type and the places in the code, never its
message, and the ordinary log of libraries goes the same way.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Send every log line of this process to ``stream`` (standard output)."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_messages,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_foreign, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("bot", "actions"):
        logging.getLogger(name).setLevel(level)


def _without_messages(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    elif isinstance(info, BaseException):
        info = type(info), info, info.__traceback__
    if isinstance(info, tuple) and info[0] is not None:
        event["exception"] = info[0].__name__
        event["at"] = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(info[2])]
    return event


def _foreign(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A library's line: its template without what was put into it, which may be anything."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["event"] = str(record.msg) if record.args else "library"
        event["library"] = record.name
        if record.exc_info:
            event["exc_info"] = record.exc_info
    return event
