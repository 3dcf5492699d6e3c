"""Every setting of the product, read in one place into one frozen object.

Settings come from the environment, which `.env` fills where a name is not set.
`.env.example` lists them all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.cases import settings as case_settings
from bot.cases.sbsys.access import Sbsys
from bot.cases.sf1470.access import Index, OrganisationAccess
from bot.cases.tls import Tls
from bot.errors import SettingsError
from bot.settings_reader import Reader

ROOT = Path(__file__).resolve().parent.parent


# What a new version of the assistant is measured with.
_TEST_SETS = ("held_out", "akut", "harmloes")
STAFF_ROLES = ("agent", "trainer", "administrator", "auditor")


@dataclass(frozen=True)
class OidcClient:
    """What we are told of an OpenID Connect provider, whoever logs in there.

    With ``fresh_login`` people show who they are each time; without it the provider may let in whoever
    logged in last in the same browser. ``setting`` is what the issuer is called among the settings.
    """

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    scope: str = "openid profile"
    fresh_login: bool = True
    setting: ClassVar[str] = "OIDC_ISSUER"

    @property
    def wanted(self) -> tuple[str, ...]:
        """The claims we read besides ``sub``."""
        raise NotImplementedError


@dataclass(frozen=True)
class Oidc(OidcClient):
    """The citizens' provider, as the municipality's broker describes it.

    ``levels`` are the values of ``level_claim`` that count (NSIS Substantial and High);
    claim names differ by broker, so they are settings. Without ``fresh_login`` somebody may be let in as
    whoever sat last at a shared computer.
    """

    cpr_claim: str = "dk.cpr"
    name_claim: str = "name"
    level_claim: str = "loa"
    levels: tuple[str, ...] = (
        "https://data.gov.dk/concept/core/nsis/Substantial",
        "https://data.gov.dk/concept/core/nsis/High",
    )

    @property
    def wanted(self) -> tuple[str, ...]:
        """The claims that make a citizen known."""
        return (self.level_claim, self.cpr_claim, self.name_claim)


@dataclass(frozen=True)
class StaffOidc(OidcClient):
    """The municipality's own identity provider, by which its staff log in.

    ``roles`` says which values of ``roles_claim`` give each of our roles; ``department_claim`` holds keys of
    `afdelinger` in the municipality's file. A session ends ``session_seconds`` after login, and
    ``idle_seconds`` after it was last used. Staff need no fresh login: they sit at their own computer, where
    their provider knows them.
    """

    scope: str = "openid profile email"
    fresh_login: bool = False
    name_claim: str = "name"
    email_claim: str = "email"
    roles_claim: str = "roles"
    department_claim: str | None = None
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {role: (role,) for role in STAFF_ROLES})
    session_seconds: int = 10 * 60 * 60
    idle_seconds: int = 60 * 60
    setting: ClassVar[str] = "STAFF_OIDC_ISSUER"

    @property
    def wanted(self) -> tuple[str, ...]:
        """The claims that make a member of staff known."""
        more = (self.department_claim,) if self.department_claim else ()
        return (self.name_claim, self.email_claim, self.roles_claim, *more)


@dataclass(frozen=True)
class Mail:
    """The SMTP server that takes our mail. ``tls``: starttls, tls (from the first byte) or no; ``timeout`` in seconds.

    ``address`` is who the mail comes from, ``name`` what stands before it. ``ca_file`` names the certificates to
    trust where the server's is the municipality's own; None: those the machine trusts.
    """

    host: str
    address: str
    name: str = ""
    port: int = 587
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: str = "starttls"
    ca_file: Path | None = None
    timeout: float = 20.0


@dataclass(frozen=True)
class Sms:
    """The gateway that takes our text messages over HTTP; ``sender`` is shown as who they come from."""

    url: str
    token: str = field(repr=False)
    sender: str = ""


@dataclass(frozen=True)
class Settings:
    """What one installation is told. Times are seconds, addresses URLs without a trailing slash."""

    secret_keys: tuple[str, ...] = field(repr=False)
    database_url: str = field(repr=False)  # may hold a password
    cases_database_url: str = field(repr=False)
    public_url: str
    rasa_urls: tuple[str, ...]
    rasa_token: str = field(repr=False)
    actions_url: str
    oidc: Oidc
    staff: StaffOidc | None = None  # without it there is no desk
    mail: Mail | None = None  # without it no mail is offered
    sms: Sms | None = None  # without it no text message is offered
    municipality_file: Path = ROOT / "data" / "kommune.yml"
    glossary_file: Path = ROOT / "data" / "brevord.yml"
    replies_file: Path = ROOT / "data" / "standardsvar.yml"
    assistant_folder: Path = ROOT  # config.yml, domain.yml, data/nlu and data/stories: what is trained of, and edited
    models_folder: Path = ROOT / "models"
    test_sets: tuple[Path, ...] = tuple(ROOT / "tests" / "nlu" / f"{name}.jsonl" for name in _TEST_SETS)
    host: str = "127.0.0.1"
    port: int = 8080
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    case_systems: tuple[str, ...] = ("sql",)  # asked at once; the first has the word where two have the same case
    case_system_timeout: float = 3.0
    case_cache_seconds: float = 20.0  # how long a citizen's login is told the same; 0: asked anew each time
    sbsys: Sbsys | None = None
    sbsys_tls: Tls = field(default_factory=Tls)
    index: Index | None = None
    index_tls: Tls = field(default_factory=Tls)
    organisation: OrganisationAccess | None = None
    organisation_tls: Tls = field(default_factory=Tls)
    login_seconds: int = 30 * 60
    conversation_days: int = 30
    turn_timeout: float = 15.0
    retry_seconds: int = 60 * 60  # how long a message waits for an assistant that is down
    messages_per_minute: int = 30
    sessions_per_hour: int = 60
    development: bool = False

    @property
    def origins(self) -> tuple[str, ...]:
        """Web origins whose pages may talk to this installation: its own and those allowed."""
        own = urlsplit(self.public_url)
        return (f"{own.scheme}://{own.netloc}", *self.allowed_origins)

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None, *, dotenv: Path | None = None) -> Settings:
        """Read the settings; the environment wins over the file ``dotenv`` (default ``.env`` at the root).

        Raises SettingsError with every wrong or missing name at once, in Danish.
        """
        file = dotenv if dotenv is not None else ROOT / ".env"
        values = {k: v for k, v in dotenv_values(file).items() if v is not None} if file.exists() else {}
        values.update(os.environ if environ is None else environ)
        return _Reader(values).settings()


class _Reader(Reader):
    """Reads all settings."""

    def staff(self) -> StaffOidc | None:
        """How staff log in; None without an issuer."""
        if not self.values.get("STAFF_OIDC_ISSUER", "").strip():
            return None
        return StaffOidc(
            issuer=self.url("STAFF_OIDC_ISSUER"),
            client_id=self.text("STAFF_OIDC_CLIENT_ID"),
            client_secret=self.values.get("STAFF_OIDC_CLIENT_SECRET", "").strip() or None,
            scope=self.text("STAFF_OIDC_SCOPE", StaffOidc.scope),
            name_claim=self.text("STAFF_OIDC_NAME_CLAIM", StaffOidc.name_claim),
            email_claim=self.text("STAFF_OIDC_EMAIL_CLAIM", StaffOidc.email_claim),
            roles_claim=self.text("STAFF_OIDC_ROLES_CLAIM", StaffOidc.roles_claim),
            department_claim=self.values.get("STAFF_OIDC_DEPARTMENT_CLAIM", "").strip() or None,
            roles=self.roles(),
            session_seconds=int(self.number("STAFF_SESSION_SECONDS", StaffOidc.session_seconds, 60, 86400)),
            idle_seconds=int(self.number("STAFF_IDLE_SECONDS", StaffOidc.idle_seconds, 60, 86400)),
        )

    def mail(self) -> Mail | None:
        """Where mail goes; None without a server."""
        if not self.values.get("SMTP_HOST", "").strip():
            return None
        tls = self.text("SMTP_TLS", Mail.tls)
        if tls not in ("starttls", "tls", "no"):
            self.wrong.append(f"SMTP_TLS skal være starttls, tls eller no, ikke {tls!r}")
        given = self.text("MAIL_FROM")
        name, address = parseaddr(given)
        if not given.isprintable() or not re.fullmatch(r"[^\s@]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", address):
            self.wrong.append("MAIL_FROM skal være en mailadresse som Nørreå Kommune <svar-ikke@kommune.dk>")
        ca_file = self.values.get("SMTP_CA_FILE", "").strip()
        return Mail(
            host=self.text("SMTP_HOST"),
            address=address,
            name=name,
            port=int(self.number("SMTP_PORT", Mail.port, 1, 65535)),
            user=self.values.get("SMTP_USER", "").strip() or None,
            password=self.values.get("SMTP_PASSWORD", "") or None,
            tls=tls,
            ca_file=Path(ca_file) if ca_file else None,
            timeout=self.number("SMTP_TIMEOUT", Mail.timeout, 1, 60),
        )

    def sms(self) -> Sms | None:
        """Where text messages go; None without a gateway."""
        if not self.values.get("SMS_URL", "").strip():
            return None
        sender = self.text("SMS_FROM")
        # Networks show a number, or eleven letters and digits (3GPP TS 23.040), whatever else was asked for.
        if sender and not re.fullmatch(r"\+?[0-9]{4,15}|[A-Za-z0-9 ]{1,11}", sender):
            self.wrong.append(f"SMS_FROM skal være et nummer eller højst 11 bogstaver (a-z) og tal, ikke {sender!r}")
        return Sms(url=self.url("SMS_URL"), token=self.text("SMS_TOKEN"), sender=sender)

    def roles(self) -> Mapping[str, tuple[str, ...]]:
        """Which of the provider's values give each of our roles."""
        given = self.json("STAFF_ROLES", {role: [role] for role in STAFF_ROLES})
        if not isinstance(given, dict) or not all(
            role in STAFF_ROLES and isinstance(values, list) and all(isinstance(value, str) for value in values)
            for role, values in given.items()
        ):
            self.wrong.append(
                'STAFF_ROLES skal være et JSON-objekt som {"agent": ["Kontaktcenter"]}, '
                f"og rollerne er {', '.join(STAFF_ROLES)}"
            )
            return {}
        return {role: tuple(values) for role, values in given.items()}

    def settings(self) -> Settings:
        development = self.text("BORGERKONTAKT_ENV", "production") == "development"
        keys = self.items("SECRET_KEYS")
        if not keys:
            self.wrong.append("SECRET_KEYS mangler (lav en nøgle med: borgerkontakt key)")
        given = self.json("OIDC_LEVELS", Oidc.levels)
        if not isinstance(given, list) or not given:
            self.wrong.append('OIDC_LEVELS skal være en JSON-liste som ["…/Substantial", "…/High"]')
            given = []
        accepted = tuple(str(level) for level in given)
        oidc = Oidc(
            issuer=self.url("OIDC_ISSUER"),
            client_id=self.text("OIDC_CLIENT_ID"),
            client_secret=self.values.get("OIDC_CLIENT_SECRET", "").strip() or None,
            cpr_claim=self.text("OIDC_CPR_CLAIM", Oidc.cpr_claim),
            name_claim=self.text("OIDC_NAME_CLAIM", Oidc.name_claim),
            level_claim=self.text("OIDC_LEVEL_CLAIM", Oidc.level_claim),
            levels=accepted,
            scope=self.text("OIDC_SCOPE", Oidc.scope),
            fresh_login=self.yes("OIDC_FRESH_LOGIN", default=Oidc.fresh_login),
        )
        cases = case_settings.read(self)
        made = Settings(
            secret_keys=keys,
            database_url=self.url("DATABASE_URL", f"sqlite:///{ROOT / 'var' / 'borgerkontakt.db'}"),
            cases_database_url=self.url("CASES_DATABASE_URL", f"sqlite:///{ROOT / 'var' / 'sager.db'}"),
            public_url=self.url("PUBLIC_URL", "http://127.0.0.1:8080"),
            rasa_urls=self.items("RASA_URLS", "http://127.0.0.1:5005"),
            rasa_token=self.text("RASA_TOKEN"),
            actions_url=self.url("ACTIONS_URL", "http://127.0.0.1:5055"),
            oidc=oidc,
            staff=self.staff(),
            mail=self.mail(),
            sms=self.sms(),
            municipality_file=Path(self.text("MUNICIPALITY_FILE", str(ROOT / "data" / "kommune.yml"))),
            glossary_file=Path(self.text("GLOSSARY_FILE", str(ROOT / "data" / "brevord.yml"))),
            replies_file=Path(self.text("REPLIES_FILE", str(ROOT / "data" / "standardsvar.yml"))),
            assistant_folder=Path(self.text("ASSISTANT_FOLDER", str(ROOT))).resolve(),
            models_folder=Path(self.text("MODELS_FOLDER", str(ROOT / "models"))).resolve(),
            test_sets=tuple(map(Path, self.items("TEST_SETS"))) or Settings.test_sets,
            host=self.text("HOST", "127.0.0.1"),
            port=int(self.number("PORT", 8080, 1, 65535)),
            allowed_origins=self.items("ALLOWED_ORIGINS"),
            trusted_proxies=self.items("TRUSTED_PROXIES"),
            case_systems=cases.systems,
            case_system_timeout=self.number("CASE_SYSTEM_TIMEOUT", 3.0, 0.1, 30),
            case_cache_seconds=self.number("CASE_CACHE_SECONDS", 20.0, 0, 300),
            sbsys=cases.sbsys,
            sbsys_tls=cases.sbsys_tls,
            index=cases.index,
            index_tls=cases.index_tls,
            organisation=cases.organisation,
            organisation_tls=cases.organisation_tls,
            login_seconds=int(self.number("LOGIN_SECONDS", 1800, 1, 86400)),
            conversation_days=int(self.number("CONVERSATION_DAYS", 30, 1, 3650)),
            turn_timeout=self.number("TURN_TIMEOUT", 15.0, 1, 120),
            retry_seconds=int(self.number("RETRY_SECONDS", 3600, 1, 7 * 86400)),
            messages_per_minute=int(self.number("MESSAGES_PER_MINUTE", 30, 1, 100000)),
            sessions_per_hour=int(self.number("SESSIONS_PER_HOUR", 60, 1, 100000)),
            development=development,
        )
        if self.wrong:
            raise SettingsError("Indstillingerne kan ikke bruges:\n" + "\n".join(f"  - {line}" for line in self.wrong))
        return made
