"""Makes the pages of those who train the assistant from the parts they share with the rest: this only wires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from aiohttp import web
from sqlalchemy.engine import Engine

from bot.chat.records import utc_now
from bot.identity.staff import Staff
from bot.municipality.model import Municipality
from bot.settings import Settings
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.training.answers import Answers
from bot.training.awaiting import Awaiting
from bot.training.checks import Checks
from bot.training.edits import Edit, Edits, Within
from bot.training.examples import Examples, still_sound
from bot.training.figures import FiguresReader
from bot.training.files import Files
from bot.training.importing import Importing
from bot.training.inbox import Inbox
from bot.training.intents import Intents
from bot.training.links import Links
from bot.training.new_intents import NewIntents
from bot.training.starting import LOG, Starter
from bot.training.trainings import Trainings
from bot.training.versions import Versions
from bot.web.staff_session import StaffDoor
from bot.web.training_answers import AnswerParts, add_training_answers
from bot.web.training_checks import CheckParts, add_training_checks
from bot.web.training_edits import EditParts, add_edits, edit_json
from bot.web.training_examples import ExampleParts, add_examples
from bot.web.training_exchange import ExchangeParts, add_exchange
from bot.web.training_figures import add_figures
from bot.web.training_inbox import InboxParts, add_inbox
from bot.web.training_live import add_training_live, closing
from bot.web.training_overview import OverviewParts, add_overview
from bot.web.training_pages import add_training_pages
from bot.web.training_versions import VersionParts, add_training_versions

_THREADS = 2


def add_training(
    app: web.Application,
    door: StaffDoor,
    *,
    settings: Settings,
    engine: Engine,
    vault: Vault,
    municipality: Municipality,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Put /training into ``app``: its pages and its API. Raises SettingsError when a file of settings is wrong."""
    add_training_pages(app)
    # Its own threads: a large file that is read in, or figures of many weeks, keep no citizen waiting.
    blocking = Blocking(_THREADS)
    app.cleanup_ctx.append(closing(blocking))
    versions = Versions(engine, vault, settings.models_folder, clock=clock)
    intents = Intents(settings.assistant_folder)
    files = Files(settings.assistant_folder)
    edits = Edits(engine, vault, files, named=door.sessions.named, checked=still_sound, clock=clock)
    examples = Examples(files, edits, title=intents.title, test_sets=settings.test_sets)
    add_examples(
        app,
        ExampleParts(
            files=files,
            examples=examples,
            edits=edits,
            intents=intents,
            figured=versions.active,
            guarded=municipality.gate.guarded,
            blocking=blocking,
        ),
    )
    importing = Importing(examples, edits, titles=intents.titles)
    add_exchange(app, ExchangeParts(examples=examples, importing=importing, blocking=blocking))
    add_edits(app, EditParts(edits=edits, title=intents.title, blocking=blocking))

    def added(staff: Staff, intent: str, text: str, confirmed: bool, within: Within) -> Edit:
        return examples.add_one(staff, intent, text, confirmed=confirmed, within=within)

    add_inbox(
        app,
        InboxParts(
            inbox=Inbox(engine, vault, add=added, named=door.sessions.named, clock=clock),
            blocking=blocking,
            title=intents.title,
            edit_json=partial(edit_json, title=intents.title),
        ),
    )
    links = Links()
    answers = Answers(files, edits, links, municipality)
    add_training_answers(
        app,
        AnswerParts(
            answers=answers,
            new_intents=NewIntents(files, edits, examples, answers),
            links=links,
            title=intents.title,
            blocking=blocking,
        ),
    )
    checks = Checks(files, settings.assistant_folder, settings.models_folder, logs=LOG.parent, clock=clock)
    add_training_checks(app, CheckParts(checks=checks, blocking=blocking))
    add_training_versions(
        app,
        VersionParts(
            versions=versions,
            trainings=Trainings(engine, vault, clock=clock, start=Starter(settings)),
            intents=intents,
            rules=municipality.gate,
            settings=settings,
            engine=engine,
            vault=vault,
            blocking=blocking,
            named=door.sessions.named,
        ),
    )
    add_training_live(
        app,
        settings=settings,
        versions=versions,
        intents=intents,
        rules=municipality.gate,
        blocking=blocking,
    )
    add_figures(
        app,
        engine=engine,
        vault=vault,
        municipality=municipality,
        blocking=blocking,
        title=intents.title,
        kept_days=settings.conversation_days,
        clock=clock,
    )
    add_overview(
        app,
        OverviewParts(
            awaiting=Awaiting(engine, versions, edits, settings.assistant_folder),
            figures=FiguresReader(engine, vault, municipality, title=intents.title, clock=clock),
            municipality=municipality.name,
            clock=clock,
        ),
    )
