"""Rules of what the doctor says of settings, files, certificates, disks, and the errors of case systems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.doctor import certificates, files, machine, own
from bot.doctor.case_systems import answered, failed
from bot.doctor.finding import Finding, Level
from bot.doctor.wire import Place, Trouble, Unheard, told
from bot.errors import (
    CaseSystemDown,
    CaseSystemError,
    CaseSystemNonsense,
    CaseSystemSlow,
    SettingsError,
)
from bot.settings import ROOT, Settings
from tests.doctor_setup import Authority, sentences, settings_of

NOW = datetime.now(timezone.utc)


def of_pair(certificate: Path | None, key: Path | None, now: datetime = NOW) -> list[Finding]:
    """What is said of our own certificate."""
    return list(certificates.own(certificate, key, certificate_setting="CERT", key_setting="KEY", now=now))


@pytest.mark.parametrize(
    ("days", "level", "said"),
    [(100.5, Level.OK, "Klientcertifikatet gælder til den"), (10.5, Level.WARNING, "udløber om 10 dage"),
     (1.5, Level.WARNING, "udløber om 1 dag,"), (-1, Level.FAULT, "udløb den")],
)  # fmt: skip
def test_a_certificate_is_told_by_how_long_it_holds(tmp_path: Path, days: float, level: Level, said: str) -> None:
    """Thirty days before its end somebody must order a new one; after it nothing works."""
    pair = Authority(tmp_path).pair("x", days=(-9, days))
    found = of_pair(pair.certificate, pair.key, datetime.now(timezone.utc))[0]
    assert found.level is level and said in found.said


def test_a_key_must_fit_its_certificate(tmp_path: Path) -> None:
    """The key of another certificate is found before anybody is asked with it."""
    authority = Authority(tmp_path)
    ours, other = authority.pair("a"), authority.pair("b")
    assert sentences(of_pair(ours.certificate, ours.key)) == []
    assert sentences(of_pair(ours.certificate, other.key)) == ["Nøglen passer ikke til klientcertifikatet."]


def test_a_key_may_lie_in_the_file_of_the_certificate(tmp_path: Path) -> None:
    """Both in one PEM file is usual."""
    pair = Authority(tmp_path).pair("a")
    both = tmp_path / "both.pem"
    both.write_bytes(pair.certificate.read_bytes() + pair.key.read_bytes())
    both.chmod(0o600)
    assert {finding.level for finding in of_pair(both, None)} == {Level.OK}


def test_a_key_that_others_may_read_is_warned_of(tmp_path: Path) -> None:
    """With the key anybody on the machine is the municipality."""
    pair = Authority(tmp_path).pair("a")
    pair.key.chmod(0o644)
    assert f"Andre brugere på maskinen kan læse nøglen {pair.key}." in sentences(
        of_pair(pair.certificate, pair.key), Level.WARNING
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "er der ikke."), (b"ikke et certifikat", "er ikke et certifikat i PEM."), (b"0\x82\x01", "i PEM.")],
)
def test_a_file_that_is_no_certificate_is_told(tmp_path: Path, content: bytes | None, said: str) -> None:
    """Missing, nonsense, or the .p12 file that was delivered."""
    file = tmp_path / "x.pem"
    if content is not None:
        file.write_bytes(content)
    assert sentences(of_pair(file, None))[0].endswith(said)


def test_a_key_alone_and_no_authorities_are_told(tmp_path: Path) -> None:
    """A key without a certificate, and a file to trust that holds nothing."""
    assert sentences(of_pair(None, tmp_path / "k")) == ["Der er en nøgle, men intet certifikat."]
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    assert sentences(certificates.trusted(empty, setting="CA", now=NOW))
    good = certificates.trusted(Authority(tmp_path).file, setting="CA", now=NOW + timedelta(days=1))
    assert [finding.level for finding in good] == [Level.OK]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CaseSystemSlow("SBSYS did not answer in time"), "SBSYS svarede ikke inden for 3 s."),
        (CaseSystemDown("SBSYS answered 401"), "tager ikke imod vores login (svar 401)."),
        (CaseSystemDown("SBSYS answered 403"), "kender os, men vi har ikke lov (svar 403)."),
        (CaseSystemDown("SBSYS answered 429"), "siger, at vi spørger for tit (svar 429)."),
        (CaseSystemDown("SBSYS answered 503"), "har en fejl hos sig selv (svar 503)."),
        (CaseSystemNonsense("SBSYS gave text/html where JSON belongs"), "men ikke som et sagssystem svarer."),
        (CaseSystemDown("SBSYS can't be reached: ClientConnectorError"), "SBSYS svarer ikke."),
        (CaseSystemDown("x", staff="Filen mangler."), "SBSYS: Filen mangler."),
    ],
)
def test_each_error_of_a_case_system_has_its_own_words(error: CaseSystemError, said: str) -> None:
    """By its kind and by the status its log names; the log itself is English and is not shown."""
    found = failed("SBSYS", error, setting="SBSYS_URL", limit=3.0)
    assert found.level is Level.FAULT and found.said.endswith(said)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 405, 429, 500, 503])
def test_every_refusing_status_says_what_to_do(status: int) -> None:
    """A number alone helps nobody."""
    found = answered("X", status, setting="X_URL")
    assert str(status) in found.said and found.do


@pytest.mark.parametrize("trouble", list(Trouble))
@pytest.mark.parametrize("certificate", ["", "X_CERTIFICATE"])
def test_every_trouble_of_a_connection_has_words_and_something_to_do(trouble: Trouble, certificate: str) -> None:
    """One sentence of what is, one of what to do, and the setting."""
    found = told(
        Unheard(trouble, 3.0), Place(what="X", host="h.dk", port=443, setting="X_URL", certificate=certificate)
    )
    assert found.said.startswith("X: ") and found.do.endswith(".") and found.setting == "X_URL"


def test_everything_wrong_with_the_settings_is_told_at_once() -> None:
    """Each line names its setting, and what an address held is not quoted."""
    with pytest.raises(SettingsError) as caught:
        Settings.read({"PORT": "http", "DATABASE_URL": "//u:kode@db/x"}, dotenv=Path("/dev/null"))
    found = list(own.wrong(caught.value))
    assert {"SECRET_KEYS", "PORT", "DATABASE_URL", "OIDC_ISSUER"} <= {finding.setting for finding in found}
    assert all("kode@" not in finding.said for finding in found)


def test_a_misspelt_name_is_told_with_what_was_meant() -> None:
    """What nobody reads is not set, and nothing else would ever say so; a name of something else is left alone."""
    found = list(own.names({"SMPT_HOST": "x", "PORT": "1", "MIN_EGEN": "x"}, ROOT / ".env.example"))
    assert [(finding.setting, finding.do) for finding in found] == [("SMPT_HOST", "Mente I SMTP_HOST?")]


Change = Callable[[Settings], Settings]


@pytest.mark.parametrize(
    ("change", "setting", "level"),
    [
        (lambda s: replace(s, public_url="http://chat.dk"), "PUBLIC_URL", Level.FAULT),
        (lambda s: replace(s, public_url="https://chat.dk/sti"), "PUBLIC_URL", Level.FAULT),
        (lambda s: replace(s, public_url="https://localhost"), "PUBLIC_URL", Level.FAULT),
        (lambda s: replace(s, allowed_origins=("*",)), "ALLOWED_ORIGINS", Level.FAULT),
        (lambda s: replace(s, allowed_origins=("http://kommune.dk",)), "ALLOWED_ORIGINS", Level.WARNING),
        (lambda s: replace(s, trusted_proxies=()), "TRUSTED_PROXIES", Level.WARNING),
        (lambda s: replace(s, trusted_proxies=("proxy",)), "TRUSTED_PROXIES", Level.FAULT),
    ],
)
def test_our_own_addresses_are_looked_at(tmp_path: Path, change: Change, setting: str, level: Level) -> None:
    """What browsers, websites and proxies need in production."""
    found = list(own.addresses(change(settings_of(tmp_path))))
    assert (setting, level) in {(finding.setting, finding.level) for finding in found}


def test_addresses_that_are_right_are_told_so(tmp_path: Path) -> None:
    """No warning without a reason."""
    assert {finding.level for finding in own.addresses(settings_of(tmp_path))} == {Level.OK}


@pytest.mark.parametrize(
    ("change", "setting", "level"),
    [
        (lambda s: s, "SECRET_KEYS", Level.OK),
        (lambda s: replace(s, secret_keys=("kort",)), "SECRET_KEYS", Level.FAULT),
        (lambda s: replace(s, secret_keys=s.secret_keys * 2), "SECRET_KEYS", Level.WARNING),
        (lambda s: replace(s, rasa_token="kort"), "RASA_TOKEN", Level.WARNING),
    ],
)
def test_keys_are_told_by_form_and_number(tmp_path: Path, change: Change, setting: str, level: Level) -> None:
    """A key that is none, twice the same, or one that can be guessed."""
    found = list(own.keys(change(settings_of(tmp_path))))
    assert (setting, level) in {(finding.setting, finding.level) for finding in found}


def test_a_file_of_secrets_is_not_for_everybody(tmp_path: Path) -> None:
    """Others on the machine read no keys."""
    file = tmp_path / ".env"
    file.write_text("")
    file.chmod(0o644)
    assert list(own.readable_by_others(file))
    file.chmod(0o640)
    assert not list(own.readable_by_others(file))


def test_each_wrong_line_of_the_municipality_s_file_is_told(tmp_path: Path) -> None:
    """As at the start, but together with everything else that is wrong."""
    broken = tmp_path / "kommune.yml"
    broken.write_text("navn: 7\n: :\n")
    found = list(files.look(replace(settings_of(tmp_path), municipality_file=broken)))
    wrong = [finding for finding in found if finding.level is Level.FAULT]
    assert wrong and {finding.setting for finding in wrong} == {"MUNICIPALITY_FILE"}
    assert all("kommune.yml, linje " in finding.said for finding in wrong)


def test_files_that_are_not_there_are_told(tmp_path: Path) -> None:
    """Each missing file is named by its setting."""
    settings = replace(
        settings_of(tmp_path), glossary_file=tmp_path / "x", assistant_folder=tmp_path, test_sets=(tmp_path / "y",)
    )
    assert [finding.setting for finding in files.look(settings) if finding.level is Level.FAULT] == [
        "GLOSSARY_FILE",
        "ASSISTANT_FOLDER",
        "TEST_SETS",
    ]


def test_room_is_told_for_a_folder_that_is_not_made_yet(tmp_path: Path) -> None:
    """The disk it will lie on is what counts."""
    found = list(machine.room({"modellerne": (tmp_path / "a" / "b", "MODELS_FOLDER")}))
    assert len(found) == 1 and found[0].said.endswith("plads, hvor modellerne ligger.")


def test_the_machine_s_own_authorities_are_enough_without_a_file() -> None:
    """Nothing is said of certificates that nobody set."""
    assert list(certificates.trusted(None, setting="CA", now=NOW)) == []
    assert of_pair(None, None) == []
