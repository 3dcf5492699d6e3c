"""Gives a running Rasa another model while conversations go on.

Rasa's own `PUT /model` loads inside its event loop, so that nobody is answered meanwhile; makes a new tracker store,
so that every conversation under way is forgotten; and takes a model that can't understand a word. Here the model is
loaded and tried in a thread of its own, and what is swapped in the end is the model and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import hmac
import logging
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.nlg import NaturalLanguageGenerator, TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

log = logging.getLogger(__name__)

# Said to a model before anybody else speaks to it: a component that can't work fails here, and caches are filled.
_TRIED_WITH = ("hvem er min sagsbehandler", "hej", "jeg vil gerne klage over mit afslag på støtte til bil på tirsdag")


class Switch:
    """Answers `PUT /model {"model_file": <absolute path>}` in Rasa's place; everything else goes on to Rasa.

    204: the model runs from the next message on. 400: it can't be used; what ran goes on running. Until ``warm``, what
    is asked for its health hears that it is not ready.
    """

    def __init__(self, app: Sanic, token: str) -> None:
        self._app = app
        self._token = token.encode()
        self._one_at_a_time = asyncio.Lock()
        self.warm = False

    async def __call__(self, request: Request) -> HTTPResponse | None:
        """Rasa's answer to come where it is None."""
        if request.path == "/status" and not self.warm:
            return json({"reason": "it is not ready yet"}, status=503)
        if (request.method, request.path) != ("PUT", "/model"):
            return None
        if not hmac.compare_digest((request.args.get("token") or "").encode(), self._token):
            return json({"reason": "NotAuthenticated"}, status=401)
        body = request.json
        named = body.get("model_file") if isinstance(body, dict) else None
        if not isinstance(named, str) or not Path(named).is_absolute():
            return json({"reason": "model_file must be an absolute path"}, status=400)
        async with self._one_at_a_time:
            agent: Agent = self._app.ctx.agent
            try:
                processor = await asyncio.get_running_loop().run_in_executor(None, loaded, Path(named), agent)
            except Exception as error:  # whatever a component raises that is loaded with another version's files
                log.warning("a model was refused: %s", type(error).__name__)
                return json({"reason": f"it can not be loaded: {type(error).__name__}"}, status=400)
            put(processor, agent)
            del processor
            await asyncio.get_running_loop().run_in_executor(None, _free)
        return empty()


def loaded(model: Path, agent: Agent) -> MessageProcessor:
    """``model``, loaded and tried, with the memory of ``agent`` but words of its own. Takes seconds.

    Raises what Rasa or a component raises where it can't be used.
    """
    if not model.is_file():  # of a folder Rasa would take the newest
        raise FileNotFoundError("no such model")
    words = NaturalLanguageGenerator.create(None, None)
    processor = MessageProcessor(
        model_path=model,
        tracker_store=agent.tracker_store,
        lock_store=agent.lock_store,
        action_endpoint=agent.action_endpoint,
        generator=words,
        http_interpreter=agent.http_interpreter,
    )
    if isinstance(words, TemplatedNaturalLanguageGenerator):
        words.responses = processor.domain.responses
    asyncio.run(_try(processor))
    return processor


async def warm(agent: Agent) -> None:
    """Speak to the model that Rasa started with before a citizen does: the first turn takes seconds.

    In a thread, so that whoever asks meanwhile is answered. A model that fails at it runs: it is the only one.
    """
    if not agent.is_ready():
        return
    try:
        await asyncio.get_running_loop().run_in_executor(None, lambda: asyncio.run(_try(agent.processor)))
    except Exception as error:  # whatever a component raises
        log.error("the model that was started does not work: %s", type(error).__name__)


async def _try(processor: MessageProcessor) -> None:
    """Understand and decide a few times, in conversations that are kept nowhere.

    Raises ValueError for a model that knows no intent: components take a file they can't read for one that was never
    written, and then work without.
    """
    known = set()
    for text in _TRIED_WITH:
        parsed = await processor.parse_message(UserMessage(text))
        known |= {one["name"] for one in parsed["intent_ranking"]} - {DEFAULT_NLU_FALLBACK_INTENT_NAME, None}
        said = UserUttered(text, parsed["intent"], parsed["entities"], parsed)
        tracker = DialogueStateTracker("", processor.domain.slots)
        for event in (ActionExecuted(ACTION_LISTEN_NAME), said):
            tracker.update(event, processor.domain)
        decided: Any = processor.predict_next_with_tracker(tracker)
        if not decided or not decided["scores"]:
            raise ValueError("the model decides nothing")
    if not known:
        raise ValueError("the model understands nothing")


def put(processor: MessageProcessor, agent: Agent) -> None:
    """From the next message on ``agent`` runs ``processor``; a turn under way is ended by the model it began with."""
    agent.processor = processor
    agent.domain = processor.domain
    agent.nlg = processor.nlg
    agent.tracker_store.domain = processor.domain


def settle() -> None:
    """Spare the collector all that is there for good: what was imported, before any model is loaded.

    Looking through half a million objects stops every turn for more than a second (measured), and the collector has to
    look when a model is let go. Without them it takes a few hundredths.
    """
    gc.collect()
    gc.freeze()


def _free() -> None:
    """Give back what the model before it held: a graph refers to itself, so only the collector finds it."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # another C library than GNU's gives back by itself, or not
        ctypes.CDLL("libc.so.6").malloc_trim(0)
