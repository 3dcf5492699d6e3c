"""The command `borgerkontakt`: runs, trains and fills an installation. It speaks Danish, as its users do."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import typer
from dotenv import dotenv_values

from bot.errors import BorgerkontaktError, InputError, SettingsError
from bot.settings import ROOT, Settings
from bot.store.crypto import Vault

app = typer.Typer(help="Borgerkontakt: kommunens digitale assistent.", add_completion=False, no_args_is_help=True)
cases = typer.Typer(help="Sager i det indbyggede sagsregister.", no_args_is_help=True)
app.add_typer(cases, name="cases")

MODELS = ROOT / "models"
FOLDER = ROOT / "var"


def main() -> None:
    """Run the command; an error we know is told in one piece, without a stack trace."""
    try:
        app()
    except BorgerkontaktError as error:
        said_for_people = error.staff != type(error).staff
        typer.secho(error.staff if said_for_people else error.log, fg="red", err=True)
        sys.exit(1)


def _environment() -> dict[str, str]:
    """What `.env` and the environment set, the environment winning."""
    file = ROOT / ".env"
    values = {k: v for k, v in dotenv_values(file).items() if v is not None} if file.exists() else {}
    # The pipeline is made by Rasa, which hands it no settings: what it needs must stand in the environment.
    if values.get("SENTENCE_MODEL"):
        os.environ.setdefault("SENTENCE_MODEL", values["SENTENCE_MODEL"])
    return {**values, **os.environ}


def _settings() -> Settings:
    """The settings of what is tried out or in use here; development's where none were made."""
    from bot.running.parts import Ports, development_environment

    given = _environment()
    if "SECRET_KEYS" not in given:
        given = development_environment(FOLDER, Ports(), environ=given)
    return Settings.read(given, dotenv=Path(os.devnull))


def _tell(line: str) -> None:
    typer.echo(f"  {line}")


@app.command()
def run(
    port: int = typer.Option(8080, envvar="PORT", help="Porten, som borgerne møder."),
    folder: Path = typer.Option(FOLDER, help="Mappen til database, nøgler og logfiler."),
) -> None:
    """Start det hele på denne maskine, og stop det igen med Ctrl-C.

    Uden en fil .env kører det som udvikling: med eksempler på sager og et login til afprøvning.
    """
    from bot.identity.dev_provider import EXAMPLE_STAFF, EXAMPLE_TRAINER
    from bot.running.choosing import model_to_run
    from bot.running.parts import Ports, development_environment, parts_of
    from bot.running.supervise import run_together

    folder = folder.resolve()
    given = _environment()
    if not _is_free(port):
        raise SettingsError(f"Port {port} er optaget af et andet program. Vælg en anden: PORT={port + 1} make run")
    usual = Ports(web=port)
    inner = {name: getattr(usual, name) for name in ("rasa", "actions", "login", "staff_login")}
    ports = replace(
        usual, **{name: usual_port if _is_free(usual_port) else _any_free() for name, usual_port in inner.items()}
    )
    usual_environment = "production" if (ROOT / ".env").exists() else "development"
    if given.get("BORGERKONTAKT_ENV", usual_environment) == "development":
        environ = development_environment(folder, ports, environ=given)
    else:
        environ = {**given, "PORT": str(port)}
        environ["RASA_URLS"] = f"http://127.0.0.1:{ports.rasa}"
        environ["ACTIONS_URL"] = f"http://127.0.0.1:{ports.actions}"
    settings = Settings.read(environ, dotenv=Path(os.devnull))

    prepare(settings)
    model = model_to_run(settings, log=folder / "log" / "train.log", say=typer.echo, tell=_tell)

    parts = parts_of(settings, environ, ports, model=model, logs=folder / "log")
    typer.echo("Starter:")

    def ready() -> None:
        typer.secho("\nBorgerkontakt kører.", fg="green", bold=True)
        typer.echo(f"  Chatten:      {settings.public_url}/")
        if settings.staff is not None:
            example = f" (vælg en medarbejder, for eksempel {EXAMPLE_STAFF})" if settings.development else ""
            typer.echo(f"  Medarbejdere: {settings.public_url}/desk{example}")
            example = f" (vælg for eksempel {EXAMPLE_TRAINER})" if settings.development else ""
            typer.echo(f"  Træning:      {settings.public_url}/training{example}")
        typer.echo(f"  Helbred:      {settings.public_url}/health")
        if settings.development:
            typer.echo(f"  Prøve-login:  {settings.oidc.issuer}/ (vælg en borger, for eksempel Anna Bjerregaard)")
        typer.echo(f"  Logfiler:     {folder / 'log'}")
        typer.echo("Stop med Ctrl-C.")

    asyncio.run(run_together(parts, ready=ready, tell=_tell))
    typer.echo("\nAlt er stoppet.")


def prepare(settings: Settings) -> None:
    """Bring both databases up to date, and the assistant's data in place, before any part opens them.

    On a developer's machine, with sample cases.
    """
    from bot.cases.systems import prepare_register
    from bot.running.shipped import put_in_place
    from bot.store.engine import make_engine, migrate

    put_in_place(settings.assistant_folder, tell=typer.echo)

    vault = Vault(settings.secret_keys)
    engine = make_engine(settings.database_url)
    migrate(engine, ROOT / "bot" / "store" / "migrations")
    engine.dispose()
    if "sql" in settings.case_systems:
        prepare_register(settings, vault, sample=settings.development)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _any_free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@app.command("train")
def train_command() -> None:
    """Træn assistenten på de data, der ligger i data/, hvis det ikke allerede er gjort."""
    from bot.running.model import model_for, train

    _environment()
    model = model_for(ROOT, MODELS)
    if model.exists():
        typer.echo(f"Der er allerede en model af netop disse data: {model.name}")
        return
    typer.echo("Træner assistenten:")
    typer.echo(f"Færdig: {train(ROOT, MODELS, log=FOLDER / 'log' / 'train.log', tell=_tell).name}")


@app.command()
def evaluate(
    files: list[Path] = typer.Argument(..., metavar="FIL…", help="JSON-linjer eller Rasas NLU-format i YAML."),
    model: Path = typer.Option(None, help="En anden model end den, der hører til data, som de er nu."),
    as_json: bool = typer.Option(False, "--json", help="Skriv tallene som ét JSON-objekt."),
    report: Path = typer.Option(None, help="Skriv også en side i HTML hertil."),
    at_least_accuracy: float = typer.Option(
        0.0, min=0, max=1, help="Slut med fejl, hvis andelen af rigtige er mindre (0-1)."
    ),
    at_least_macro_f1: float = typer.Option(0.0, min=0, max=1, help="Slut med fejl, hvis makro-F1 er mindre (0-1)."),
) -> None:
    """Mål, hvor godt assistenten forstår beskeder, som mennesker har sat hensigt på."""
    from bot.nlu.evaluation.page import page_of
    from bot.nlu.evaluation.reading import folded, read_sets, training_messages
    from bot.nlu.evaluation.report import report_of
    from bot.nlu.evaluation.running import intents_of, run_model
    from bot.nlu.evaluation.telling import lines_of, shortfalls
    from bot.running.model import model_for

    # Told before a minute's work, not after it.
    if report is not None and (report.is_dir() or not report.resolve().parent.is_dir()):
        raise InputError(f"Siden kan ikke skrives hertil: {report}")
    _environment()
    model = model or model_for(ROOT, MODELS)
    messages = read_sets(files, intents=intents_of(model))
    trained = training_messages(ROOT / "data" / "nlu")
    typer.echo(f"Måler {len(messages)} beskeder på {model.name} …", err=True)
    measured = report_of(run_model(model, messages, known={folded(one.text) for one in trained}))
    if report is not None:
        order = list(dict.fromkeys(one.intent for one in trained))
        names = [file.name for file in files]
        page = page_of(measured, order=order, model=model.name, files=names, now=datetime.now(timezone.utc))
        report.write_text(page, encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(measured.to_json(), ensure_ascii=False, indent=2))
    else:
        for line in lines_of(measured):
            typer.echo(line)
    short = list(shortfalls(measured, accuracy=at_least_accuracy, macro_f1=at_least_macro_f1))
    for line in short:
        typer.secho(line, fg="red", err=True)
    if short:
        raise typer.Exit(1)


@app.command("prepare")
def prepare_command() -> None:
    """Gør begge databaser, assistentens data og modellen klar til denne udgave. `run` gør det selv."""
    from bot.running.choosing import model_to_run

    settings = Settings.read(_environment(), dotenv=Path(os.devnull))
    prepare(settings)
    typer.echo("Databaserne er klar.")
    model = model_to_run(settings, log=FOLDER / "log" / "train.log", say=typer.echo, tell=_tell)
    typer.echo(f"Modellen er klar: {model.name}")


@app.command()
def doctor(
    folder: Path = typer.Option(FOLDER, help="Mappen til database, nøgler og logfiler."),
    as_json: bool = typer.Option(False, "--json", help="Skriv det hele som ét JSON-objekt."),
) -> None:
    """Prøv hver indstilling, og sig, hvad der er galt, og hvad I kan gøre. Intet bliver ændret eller sendt."""
    from bot.doctor.command import examine

    dotenv = ROOT / ".env"
    code, lines = examine(_environment(), dotenv=dotenv, folder=folder.resolve(), as_json=as_json)
    for line in lines:
        typer.echo(line)
    raise typer.Exit(code)


@app.command("forget-example")
def forget_example() -> None:
    """Slet et eksempel overalt, når det viser, hvem nogen er. Slet det først på /training."""
    from bot.store.engine import make_engine
    from bot.training.forgetting import Forgetting

    settings = _settings()
    # Asked for, so that it stands neither in the shell's history nor in the list of processes.
    text = typer.prompt("Skriv eksemplet, som det stod")
    engine = make_engine(settings.database_url)
    try:
        forgetting = Forgetting(engine, Vault(settings.secret_keys), settings.assistant_folder, settings.models_folder)
        done = forgetting.forget(text)
    finally:
        engine.dispose()
    versions = ", ".join(map(str, done.versions)) or "ingen"
    typer.echo(
        f"Slettet i historikken: {done.edits}. Slettet i indbakken: {done.rows}. Slettede versioner: {versions}."
    )
    for name in done.unread:
        typer.echo(f"Filen {name} kan ikke læses. Slet den, hvis eksemplet kan være i den.")
    if not (done.edits or done.rows or done.versions or done.live):
        typer.echo("Eksemplet blev ikke fundet. Skriv det ord for ord, som det stod.")
    typer.echo(
        "Sikkerhedskopier er ikke rørt. Det er git heller ikke, hvis I gemmer eksemplerne der. Slet det selv de steder."
    )
    if done.live:
        typer.secho(
            "Den version, der kører, er trænet med eksemplet. Træn en ny, tag den i brug, og kør kommandoen igen.",
            fg="red",
            err=True,
        )
        raise typer.Exit(1)


@app.command()
def key() -> None:
    """Lav en ny nøgle til SECRET_KEYS."""
    typer.echo(Vault.new_key())


@cases.command("import")
def import_cases(file: Path = typer.Argument(..., exists=True, dir_okay=False, help="CSV eller JSON.")) -> None:
    """Læs sager ind i det indbyggede register: alle eller ingen. Kendte sagsnumre bliver opdateret."""
    from bot.cases.importing import ImportProblems, import_file
    from bot.cases.systems import prepare_register
    from bot.municipality.facts import load
    from bot.store.engine import make_engine

    settings = _settings()
    vault = Vault(settings.secret_keys)
    prepare_register(settings, vault, sample=False)
    engine = make_engine(settings.cases_database_url)
    try:
        done = import_file(file, engine, vault, departments=load(settings.municipality_file).departments)
    except ImportProblems as problems:
        for line in problems.lines:
            typer.echo(line, err=True)
        typer.secho("Intet er læst ind. Ret filen, og prøv igen.", fg="red", err=True)
        raise typer.Exit(1) from None
    finally:
        engine.dispose()
    for note in done.notes:
        typer.secho(note, fg="yellow")
    typer.echo(f"Læst ind: {done.new} nye sager, {done.updated} opdateret.")


if __name__ == "__main__":
    main()
