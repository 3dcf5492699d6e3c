"""The assistant: whether web runs, whether each Rasa and the action server answer, and the model they are to run."""

from __future__ import annotations

import json
import os
import platform
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.doctor.finding import Finding, fault, ok, warning
from bot.doctor.wire import Heard, Trouble, Unheard, hear, place, told
from bot.running.model import code_fingerprint, model_for
from bot.settings import Settings
from bot.training import pointer

_WITHIN: Final = 4.0  # seconds
_START: Final = "Start Borgerkontakt. Svarer den så stadig ikke, så se i dens log."
_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  where one listens, not where one asks


async def web_runs(settings: Settings) -> bool:
    """Whether web itself answers on this machine's port."""
    return await _web(settings) is not None


async def web(settings: Settings) -> list[Finding]:
    """Whether web runs here; if it does not, whether its port is free."""
    at = f"port {settings.port}"
    heard = await _web(settings)
    if heard is not None:
        return [ok(f"Borgerkontakt kører på {at}.", setting="PORT")]
    try:
        free = _is_free(settings.host, settings.port)
    except OSError:
        return [
            fault(
                "Maskinen her har ikke den adresse.",
                "Skriv 127.0.0.1, eller 0.0.0.0 i en container.",
                setting="HOST",
            )
        ]
    if free:
        return [ok(f"Borgerkontakt kører ikke lige nu, og {at} er fri.", setting="PORT")]
    return [
        fault(
            f"{at.capitalize()} er optaget af et andet program.",
            "Stop det andet program, eller vælg en anden port.",
            setting="PORT",
        )
    ]


async def rasa(settings: Settings) -> list[Finding]:
    """Each Rasa: whether it answers, knows our token, and which model it has."""
    findings: list[Finding] = []
    models = set[str]()
    for number, url in enumerate(settings.rasa_urls, start=1):
        what = "Rasa" if len(settings.rasa_urls) == 1 else f"Rasa nr. {number}"
        try:
            where = place(what, url, "RASA_URLS")
            # Rasa takes its token only in the query; so its address is never told.
            heard = await hear(f"{url}/status?token={settings.rasa_token}", within=_WITHIN)
        except ValueError:
            findings.append(
                fault(f"{what}: Det er ikke en adresse.", "Skriv den som http://rasa:5005.", setting="RASA_URLS")
            )
            continue
        except Unheard as unheard:
            findings.append(await _down(unheard, told(unheard, where), settings))
            continue
        model = _model(heard)
        if heard.status == 401:
            findings.append(
                fault(
                    f"{what} kører, men kender en anden RASA_TOKEN.",
                    "Giv den samme tekst til web og Rasa, og start dem igen.",
                    setting="RASA_TOKEN",
                )
            )
        elif heard.status != 200 or model is None:
            findings.append(
                fault(
                    f"Det, der svarer på {where.at}, er ikke Rasa.",
                    "Ret adressen og porten.",
                    setting="RASA_URLS",
                )
            )
        elif not model:
            findings.append(fault(f"{what} kører uden en model.", "Kør borgerkontakt prepare, og start Rasa igen."))
        else:
            models.add(model)
            findings.append(ok(f"{what} svarer og kører {model}.", setting="RASA_URLS"))
    if not settings.rasa_urls:
        findings.append(fault("Der er ingen Rasa at spørge.", "Skriv en adresse.", setting="RASA_URLS"))
    if len(models) > 1:
        findings.append(
            warning(
                "De kører ikke den samme model.",
                "Vent et minut, for web retter det selv. Bliver det ved, så start dem, der halter bagefter, igen.",
                setting="RASA_URLS",
            )
        )
    return findings


async def actions(settings: Settings) -> list[Finding]:
    """Whether the action server answers."""
    try:
        where = place("Action-serveren", settings.actions_url, "ACTIONS_URL")
        heard = await hear(f"{settings.actions_url}/health", within=_WITHIN)
    except ValueError:
        return [fault("Det er ikke en adresse.", "Skriv den som http://actions:5055.", setting="ACTIONS_URL")]
    except Unheard as unheard:
        return [await _down(unheard, told(unheard, where), settings)]
    if heard.status != 200:
        return [
            fault(
                f"Det, der svarer på {where.at}, er ikke action-serveren (svar {heard.status}).",
                "Ret adressen og porten.",
                setting="ACTIONS_URL",
            )
        ]
    return [ok("Action-serveren svarer.", setting="ACTIONS_URL")]


def model(settings: Settings) -> Iterator[Finding]:
    """Whether there is a model that this software can run. Reads the whole of one."""
    folder, code = settings.models_folder, code_fingerprint()
    if pointer.ever_written(folder):
        runnable = pointer.runnable(folder, code)
        if runnable is not None:
            yield ok(f"Modellen {runnable.name} er hel og passer til denne udgave af programmet.")
        else:
            yield warning(
                "Den model, der er taget i brug, mangler, er ødelagt eller er lavet med en anden udgave af programmet.",
                "Kør borgerkontakt prepare. Det tager omkring et minut.",
                setting="MODELS_FOLDER",
            )
    elif model_for(settings.assistant_folder, folder).exists():
        yield ok("Der er en model, og den er trænet på de data, der ligger her.")
    else:
        yield warning(
            "Der er endnu ingen model, der er trænet på de data, som ligger her.",
            "Kør borgerkontakt prepare. Det tager omkring et minut.",
            setting="MODELS_FOLDER",
        )
    yield from _sentences()


def _sentences() -> Iterator[Finding]:
    """The sentence model: the municipality's own, or the one that comes along where it does."""
    given = os.environ.get("SENTENCE_MODEL", "")
    if given:
        missing = [name for name in ("model.onnx", "tokenizer.json") if not (Path(given) / name).is_file()]
        if missing:
            yield fault(
                f"Sprogmodellens mappe mangler {' og '.join(missing)}.",
                "Læg filerne der, eller ret stien.",
                setting="SENTENCE_MODEL",
            )
        else:
            yield ok("Sprogmodellens filer er der.", setting="SENTENCE_MODEL")
    elif (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        yield warning(
            "Der følger ingen sprogmodel med til denne slags maskine, så assistenten spørger oftere igen.",
            "Skriv mappen med en sprogmodel af jeres egen.",
            setting="SENTENCE_MODEL",
        )


async def _web(settings: Settings) -> Heard | None:
    host = _ANY.get(settings.host, settings.host)
    host = f"[{host}]" if ":" in host else host
    try:
        heard = await hear(f"http://{host}:{settings.port}/health/live", within=_WITHIN)
    except (Unheard, ValueError):
        return None
    return heard if heard.status == 200 else None


async def _down(unheard: Unheard, finding: Finding, settings: Settings) -> Finding:
    """Where Borgerkontakt does not run at all, nobody need wonder that a part of it does not."""
    absent = unheard.trouble in (Trouble.NOBODY, Trouble.NAME)
    if absent and not await web_runs(settings):
        return warning(finding.said, _START, setting=finding.setting)
    return finding


def _model(heard: Heard) -> str | None:
    """The file of the model; empty where there is none, None where this is no Rasa."""
    try:
        file = json.loads(heard.body)["model_file"]
    except (ValueError, LookupError, TypeError):
        return None
    return Path(file).name if isinstance(file, str) else ""


def _is_free(host: str, port: int) -> bool:
    """Raises OSError when the host is none of this machine's addresses."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
