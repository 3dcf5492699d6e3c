"""The Rasa processes, asked which model they run and told to run another.

RasaUnwilling        a Rasa does not run the model it was told to
├── RasaSilent       it could not be reached, or did not answer in time
└── RasaRefused      it can't use the model, and goes on with the one it had
"""

from __future__ import annotations

import asyncio
import json
import tarfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from bot.errors import BorgerkontaktError

_ASKING = aiohttp.ClientTimeout(total=5)
_LOADING = aiohttp.ClientTimeout(total=300, connect=5)  # seconds, on a busy machine


class RasaUnwilling(BorgerkontaktError):
    """A Rasa does not run the model it was told to."""

    staff = "Robotten kunne ikke skifte version. Den version, der kørte, kører stadig. Prøv igen om lidt."


class RasaSilent(RasaUnwilling):
    """A Rasa could not be reached, or did not answer in time."""

    staff = "Robotten svarer ikke lige nu, så versionen er ikke skiftet. Prøv igen om lidt."


class RasaRefused(RasaUnwilling):
    """A Rasa can't use the model."""

    staff = "Robotten kan ikke bruge den version. Den version, der kørte, kører stadig. Træn igen."


class Rasas:
    """All Rasa processes; ``token`` opens them. ``urls`` are without a trailing slash."""

    def __init__(self, http: aiohttp.ClientSession, urls: Sequence[str], *, token: str) -> None:
        self._http = http
        self.urls = tuple(urls)
        # Rasa takes its token only in the query; so its addresses are never logged.
        self._query = {"token": token}

    async def running(self, url: str) -> str:
        """The id of the model that runs at ``url``, as `model_id` gives it. Raises RasaSilent."""
        return (await self._status(url))[0]

    async def file(self, url: str) -> str:
        """The name of the file it was loaded from. Raises RasaSilent."""
        return (await self._status(url))[1]

    async def load(self, url: str, model: Path) -> None:
        """Have the Rasa at ``url`` run ``model`` (absolute) from its next message on, and see that it does.

        Takes some seconds, in which it answers as before. Raises RasaUnwilling; what it runs then is to be asked.
        """
        body = {"model_file": str(model)}
        try:
            async with self._http.put(f"{url}/model", params=self._query, json=body, timeout=_LOADING) as answer:
                status = answer.status
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise RasaSilent(f"no answer to another model: {type(error).__name__}") from error
        if status != 204:
            raise RasaRefused(f"a model was answered with status {status}")
        wanted = await asyncio.to_thread(model_id, model)
        if await self.running(url) != wanted:
            raise RasaRefused("another model runs than the one just loaded")

    async def _status(self, url: str) -> tuple[str, str]:
        try:
            async with self._http.get(f"{url}/status", params=self._query, timeout=_ASKING) as answer:
                if answer.status != 200:
                    raise RasaSilent(f"asked for its status it answers {answer.status}")
                told = await answer.json()
                return str(told["model_id"]), str(told["model_file"])
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError, LookupError, TypeError) as error:
            raise RasaSilent(f"no answer to a question for its status: {type(error).__name__}") from error


def model_id(model: Path) -> str | None:
    """The id that Rasa gave a model when it was trained; None for a file that is no model."""
    try:
        with tarfile.open(model) as archive:
            file = archive.extractfile("metadata.json")
            return str(json.load(file)["model_id"]) if file else None
    except (tarfile.TarError, OSError, EOFError, zlib.error, LookupError, TypeError, ValueError):
        return None
