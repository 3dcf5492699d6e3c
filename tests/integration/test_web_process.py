"""web as the process it is: it starts, serves, and stops when told to, with nothing personal in its log."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import aiohttp

from bot.settings import ROOT
from bot.store.crypto import Vault
from tests.services import free_port


async def test_web_runs_and_stops_when_told(tmp_path: Path) -> None:
    """`python -m bot.web` serves on its port, closes sockets with 1012 on SIGTERM and ends well; its log is JSON."""
    port = free_port()
    environ = {
        "BORGERKONTAKT_ENV": "development",
        "SECRET_KEYS": Vault.new_key(),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'test.db'}",
        "CASES_DATABASE_URL": f"sqlite:///{tmp_path / 'sager.db'}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "RASA_URLS": f"http://127.0.0.1:{free_port()}",
        "RASA_TOKEN": "rasa-token",
        "ACTIONS_URL": f"http://127.0.0.1:{free_port()}",
        "OIDC_ISSUER": f"http://127.0.0.1:{free_port()}",
        "OIDC_CLIENT_ID": "borgerkontakt",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.web"),
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            await until_live(http, process)
            made = await (await http.post("/chat/sessions", json={})).json()
            async with http.ws_connect("/chat/socket") as socket:
                await socket.send_json({"type": "hello", "token": made["token"], "since": 0})
                assert (await socket.receive_json())["type"] == "welcome"
                await socket.send_json({"type": "say", "id": "a", "text": "mit cpr er 170285-3396"})
                while (await socket.receive_json())["type"] != "ack":
                    pass
                process.send_signal(signal.SIGTERM)
                while (message := await socket.receive(timeout=60)).type is aiohttp.WSMsgType.TEXT:
                    pass
                assert message.data == 1012
        output, _ = await asyncio.wait_for(process.communicate(), 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, output.decode()
    lines = [json.loads(line) for line in output.decode().splitlines()]
    assert any(line.get("route") == "/chat/sessions" for line in lines)
    for secret in (made["token"], "170285", "3396", "rasa-token", "127.0.0.1", "mit cpr"):
        assert secret not in output.decode()


async def until_live(http: aiohttp.ClientSession, process: asyncio.subprocess.Process) -> None:
    """Return when web answers."""
    for _ in range(300):
        assert process.returncode is None
        try:
            async with http.get("/health/live") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.1)
    raise TimeoutError


async def test_a_missing_setting_is_said_in_words(tmp_path: Path) -> None:
    """Without its settings web ends at once and says which are missing, in Danish, without a stack trace."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.web"),
        cwd=ROOT,
        env={**os.environ, "SECRET_KEYS": "", "RASA_TOKEN": "", "OIDC_ISSUER": "", "OIDC_CLIENT_ID": ""},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert "RASA_TOKEN mangler" in output.decode() and "Traceback" not in output.decode()
