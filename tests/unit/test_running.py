"""Rules of how the parts are started."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

from bot.running.parts import Ports, development_environment, parts_of
from bot.running.rasa_server import endpoints_with
from bot.settings import ROOT, Settings


def test_rasa_asks_the_actions_where_the_settings_say_and_keeps_the_rest(tmp_path: Path) -> None:
    """Only the address changes: what bounds the tracker and the calls stays as `endpoints.yml` has it."""
    made = endpoints_with("http://actions.example:1", ROOT / "endpoints.yml", tmp_path)
    before = YAML(typ="safe").load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    after = YAML(typ="safe").load(made.read_text(encoding="utf-8"))
    assert after["action_endpoint"].pop("url") == "http://actions.example:1/webhook"
    assert before["action_endpoint"].pop("url") == "http://127.0.0.1:5055/webhook"
    assert after == before


def development(folder: Path, **environ: str) -> tuple[Settings, dict[str, str]]:
    """The settings of a developer's machine in ``folder``."""
    made = development_environment(folder, Ports(), environ=environ)
    return Settings.read(made, dotenv=Path("/dev/null")), made


def test_no_part_carries_a_secret_on_its_command_line(tmp_path: Path) -> None:
    """Everybody on the machine can read command lines."""
    settings, environ = development(tmp_path)
    parts = parts_of(settings, environ, Ports(), model=Path("m"), logs=tmp_path)
    assert {part.name for part in parts} == {"login", "staff-login", "actions", "rasa", "web"}
    shown = " ".join(word for part in parts for word in part.argv)
    assert all(secret not in shown for secret in (*settings.secret_keys, settings.rasa_token))


def test_keys_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    """Started again, what was encrypted can still be read."""
    first, _ = development(tmp_path)
    again, _ = development(tmp_path)
    assert first.secret_keys == again.secret_keys
    assert (tmp_path / "keys.env").stat().st_mode & 0o077 == 0


def test_there_is_no_trial_login_in_production(tmp_path: Path) -> None:
    """The provider that lets anybody be anybody runs on developers' machines only."""
    settings, environ = development(tmp_path, BORGERKONTAKT_ENV="production")
    parts = parts_of(settings, environ, Ports(), model=Path("m"), logs=tmp_path)
    assert not [part.name for part in parts if "login" in part.name]
