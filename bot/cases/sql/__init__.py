"""The embedded case register: cases in SQLite or PostgreSQL."""

from bot.cases.sql.adapter import SqlCaseSystem
from bot.cases.sql.saving import count, save
from bot.cases.sql.tables import MIGRATIONS

__all__ = ["MIGRATIONS", "SqlCaseSystem", "count", "save"]
