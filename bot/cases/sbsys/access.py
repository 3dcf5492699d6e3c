"""How a municipality's SBSYS is reached, and what its own names of states mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from bot.cases.case import State
from bot.errors import SettingsError

# Every installation names its own states. These are the ones seen in public code and sample data, and words for them
# that leave no doubt. A decision's outcome is the letter's to tell, so both outcomes are one state here.
_USUAL: Final[Mapping[str, State]] = MappingProxyType(
    {
        "opstået": State.CREATED,
        "oprettet": State.CREATED,
        "modtaget": State.CREATED,
        "aktiv": State.PROCESSING,
        "oplyst": State.PROCESSING,
        "opklaring": State.PROCESSING,
        "afventer": State.PROCESSING,
        "behandles": State.PROCESSING,
        "under behandling": State.PROCESSING,
        "afgjort": State.DECIDED,
        "besluttet": State.DECIDED,
        "bevilget": State.DECIDED,
        "delvist bevilget": State.DECIDED,
        "afslag": State.DECIDED,
        "afslået": State.DECIDED,
        "afsluttet": State.CLOSED,
        "arkiveret": State.CLOSED,
        "henlagt": State.CLOSED,
        "afvist": State.REJECTED,
    }
)


@dataclass(frozen=True, kw_only=True)
class Sbsys:
    """Where it is, and who we are there.

    ``url`` is what stands before `/api/sag`; ``token_url`` gives tokens (OAuth 2.0, password grant).
    ``states`` maps the installation's own names of states to the values of `State`, and goes before the usual ones.
    ``task_type`` is the name of the type (*erindringstype*) our tasks get; None: the first that the system lists.
    Raises SettingsError for a state that is none of the five.
    """

    url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    user: str
    password: str = field(repr=False)
    states: Mapping[str, str] = field(default_factory=dict)
    task_type: str | None = None

    def __post_init__(self) -> None:
        known = [state.value for state in State]
        for name, value in self.states.items():
            if value not in known:
                raise SettingsError(
                    f"Tilstanden {name!r} i SBSYS er sat til {value!r}. Vælg en af: {', '.join(known)}."
                )

    def address(self, path: str) -> str:
        """The whole address of ``path`` ("/api/..."); a ``url`` that ends in `/api` is forgiven."""
        return self.url.rstrip("/").removesuffix("/api") + path

    def state_named(self, name: str) -> State | None:
        """The state an installation calls ``name``, in large or small letters; None when the name says nothing."""
        wanted = name.strip().casefold()
        for own, value in self.states.items():
            if own.strip().casefold() == wanted:
                return State(value)
        return _USUAL.get(wanted)
