"""What a database's failures are called at the port."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from bot.errors import CaseSystemDown, CaseSystemError, CaseSystemNonsense, CaseSystemSlow, SettingsError

# PostgreSQL's SQLSTATE for a statement that took too long, and for a lock that did not come.
_TOO_LONG = frozenset({"57014", "55P03"})


@contextmanager
def told_as_case_system() -> Iterator[None]:
    """Turn what goes wrong inside into a CaseSystemError that carries no data of the rows.

    The first failure is left out of the traceback on purpose: its text holds parameters and rows.
    """
    try:
        yield
    except CaseSystemError:
        raise
    except exc.SQLAlchemyError as error:
        raise _of_database(error) from None
    except SettingsError:
        raise CaseSystemNonsense("a sealed column in the case register can't be opened with the keys") from None
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise CaseSystemNonsense(f"a row in the case register is no case: {type(error).__name__}") from None


def _of_database(error: exc.SQLAlchemyError) -> CaseSystemError:
    kind = type(error).__name__
    if isinstance(error, exc.TimeoutError):  # no free connection in the pool
        return CaseSystemSlow("no connection to the case register came free in time")
    if not isinstance(error, exc.DBAPIError):
        return CaseSystemNonsense(f"the case register gave no rows: {kind}")
    code = getattr(error.orig, "pgcode", None)
    text = str(error.orig)
    if code in _TOO_LONG or "timeout expired" in text or "database is locked" in text:
        return CaseSystemSlow(f"the case register did not answer in time: {kind}")
    if isinstance(error, exc.DataError) or type(error.orig) is sqlite3.DatabaseError:
        return CaseSystemNonsense(f"the case register gave no rows: {kind}")
    return CaseSystemDown(f"the case register can't be used: {kind}{f' {code}' if code else ''}")
