"""What citizens say of how they were met: four questions and a comment, once for each handoff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from bot.privacy.masking import mask
from bot.store.crypto import Vault
from bot.store.handoff_tables import surveys


class Surveys:
    """Keeps the answers; what was written freely is masked and sealed. ``clock`` gives the time, aware."""

    def __init__(self, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._vault = vault
        self._clock = clock

    def keep(
        self,
        connection: Connection,
        handoff_id: int,
        *,
        heard: int | None,
        neutral: int | None,
        trust: int | None,
        respect: int | None,
        comment: str,
    ) -> bool:
        """Keep one citizen's answers, from 1 to 5; None where a question was passed over. False when they are there."""
        if connection.execute(select(surveys.c.id).where(surveys.c.handoff_id == handoff_id)).first() is not None:
            return False
        connection.execute(
            insert(surveys).values(
                handoff_id=handoff_id,
                heard=heard,
                neutral=neutral,
                trust=trust,
                respect=respect,
                sealed=self._vault.seal(mask(comment)) if comment else None,
                at=self._clock(),
            )
        )
        return True
