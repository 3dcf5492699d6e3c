"""The embedded case register: cases in SQLite or PostgreSQL."""

from bot.cases.sql.adapter import SqlCaseSystem
from bot.cases.sql.saving import count, save
from bot.cases.sql.tables import MIGRATIONS
from bot.cases.sql.writing_back import Written

__all__ = ["MIGRATIONS", "SqlCaseSystem", "Written", "count", "save"]
