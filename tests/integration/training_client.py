"""web with the training pages, on data and models of its own: what tests change is a copy."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from bot.settings import ROOT
from tests.integration.desk_client import DeskInstallation

_FILES = ("config.yml", "domain.yml", "data/hensigter.yml")
_FOLDERS = ("data/nlu", "data/stories")


def copied_assistant(folder: Path) -> Path:
    """Our own assistant's data in ``folder``."""
    for name in _FOLDERS:
        shutil.copytree(ROOT / name, folder / name)
    for name in _FILES:
        shutil.copyfile(ROOT / name, folder / name)
    return folder


class TrainingInstallation(DeskInstallation):
    """A desk with the training pages; ``assistant`` is where its data lie."""

    def __init__(self, database_url: str, tmp_path: Path, **changes: Any) -> None:
        self.assistant = copied_assistant(tmp_path / "assistant")
        own = {"assistant_folder": self.assistant, "models_folder": tmp_path / "models"}
        super().__init__(database_url, tmp_path, **{**own, **changes})

    async def asked(self, method: str, path: str, headers: dict[str, str], **more: Any) -> tuple[int, Any]:
        """Status and JSON of what was asked below /training/api."""
        url = f"/training/api{path}"
        async with self.client.request(method, url, headers=headers, allow_redirects=False, **more) as answer:
            return answer.status, await answer.json()
