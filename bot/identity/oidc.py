"""The provider that knows who somebody is, citizen or staff: OpenID Connect's authorization code flow with PKCE.

Authlib speaks the protocol (addresses, PKCE, the token request, the rules for an ID token's claims),
joserfc, which it stands on, checks signatures, and httpx2 is the HTTP client that Authlib asks for.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.errors import IdentityError, SettingsError
from bot.identity.clock import Clock, utc_now
from bot.identity.id_token import ALGORITHMS, UnknownKey, claim_at, is_stale, verified
from bot.identity.refusals import LoginCancelled, LoginExpired, LoginUntrusted, ProviderDown
from bot.settings import OidcClient

METADATA_LIFETIME = 3600.0  # seconds a discovery document and its keys are used before they are fetched anew

_T = TypeVar("_T")  # the kind of person
_A = TypeVar("_A")
_Person_co = TypeVar("_Person_co", covariant=True)


class Identify(Protocol[_Person_co]):
    """Says who claims that hold are about; raises the IdentityError that says why they are nobody's."""

    def __call__(self, claims: Mapping[str, Any], *, id_token: str) -> _Person_co:
        """``id_token`` is what the claims came in, to log out with."""
        ...


@dataclass(frozen=True, kw_only=True)
class _Metadata:
    """What we use of a discovery document (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    algorithms: frozenset[str]
    token_auth: str | None  # how the token endpoint wants the secret, when not as `client_secret_basic`
    says_issuer: bool  # RFC 9207: every answer names its issuer


class Provider(Generic[_T]):
    """One OpenID Connect provider; ``identify`` makes a person of what it says.

    ``redirect_uri`` is where browsers come back to, as registered at the provider. Each method answers
    within ``timeout`` seconds or raises ProviderDown. Raises SettingsError when the issuer or
    ``redirect_uri`` is not https; in development both may be http on this machine.
    """

    def __init__(
        self,
        oidc: OidcClient,
        *,
        identify: Identify[_T],
        redirect_uri: str,
        development: bool = False,
        timeout: float = 8.0,
        clock: Clock = utc_now,
    ) -> None:
        self._oidc = oidc
        self._identify = identify
        self._redirect_uri = redirect_uri
        self._development = development
        self._timeout = timeout
        self._clock = clock
        self._metadata: _Metadata | None = None
        self._keys: KeySet | None = None
        self._fetched = 0.0  # monotonic
        self._fetching = asyncio.Lock()
        if not self._safe(redirect_uri):
            raise SettingsError("PUBLIC_URL skal begynde med https://, når nogen skal kunne logge ind")
        if not self._safe(oidc.issuer):
            raise SettingsError(
                f"{oidc.setting} skal begynde med https://, ikke {oidc.issuer!r} "
                "(http går kun på egen maskine med BORGERKONTAKT_ENV=development)"
            )

    async def authorization_url(self, *, state: str, nonce: str, verifier: str, fresh: bool = False) -> str:
        """Where to send the browser; ``verifier`` is the PKCE code verifier, kept here. Raises ProviderDown.

        ``fresh`` asks who they are this time, whatever the settings say.
        """
        metadata, _ = await self._in_time(self._known())
        # OpenID Connect Core 1.0, 3.1.2.1: no earlier login in the same browser will do.
        prompt = {"prompt": "login"} if fresh or self._oidc.fresh_login else {}
        async with self._client() as client:
            url, _state = client.create_authorization_url(
                metadata.authorization_endpoint, state=state, code_verifier=verifier, nonce=nonce, **prompt
            )
        return str(url)

    async def exchange(self, code: str, *, nonce: str, verifier: str, issuer: str | None = None) -> _T:
        """Who came back with ``code``; ``issuer`` is the answer's ``iss`` parameter, if it had one.

        Raises the IdentityError that says why a login does not count.
        """
        return await self._in_time(self._exchange(code, nonce=nonce, verifier=verifier, issuer=issuer))

    async def end_session_endpoint(self) -> str | None:
        """Where a browser may end the provider's own session, or None (RP-Initiated Logout 1.0, 2.1).

        Raises ProviderDown.
        """
        metadata, _ = await self._in_time(self._known())
        return metadata.end_session_endpoint

    async def ping(self) -> None:
        """Return when the provider answers now; raise ProviderDown or LoginUntrusted if not."""
        await self._in_time(self._fetch())

    async def _exchange(self, code: str, *, nonce: str, verifier: str, issuer: str | None) -> _T:
        metadata, keys = await self._known()
        # An answer from another provider than the one asked (mix-up, RFC 9207).
        if issuer != metadata.issuer and (issuer is not None or metadata.says_issuer):
            raise LoginUntrusted("the answer names another issuer")
        async with self._client(metadata) as client:
            with _sense("token answer"):
                token = await client.fetch_token(
                    metadata.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    redirect_uri=self._redirect_uri,
                )
            id_token, access_token = token.get("id_token"), token.get("access_token")
            if not isinstance(id_token, str) or not isinstance(access_token, str):
                raise ProviderDown("the token answer has no ID token or no access token")

            def check(metadata: _Metadata, keys: KeySet) -> Mapping[str, Any]:
                return verified(
                    id_token,
                    keys,
                    issuer=metadata.issuer,
                    client_id=self._oidc.client_id,
                    nonce=nonce,
                    access_token=access_token,
                    algorithms=metadata.algorithms,
                    now=self._clock(),
                )

            try:
                claims = check(metadata, keys)
            except UnknownKey:  # the provider may have changed its keys since we fetched them
                claims = check(*await self._fetch())
            if metadata.userinfo_endpoint and any(claim_at(claims, name) is None for name in self._oidc.wanted):
                claims = {**await self._userinfo(client, metadata.userinfo_endpoint, claims["sub"]), **claims}
        if self._oidc.fresh_login and is_stale(claims, now=self._clock()):
            raise LoginUntrusted("the provider took an earlier login for this one")
        return self._identify(claims, id_token=id_token)

    async def _userinfo(self, client: AsyncOAuth2Client, address: str, sub: str) -> Mapping[str, Any]:
        """What userinfo says of the same person; of another it counts for nothing (OpenID Connect Core 1.0, 5.3.2)."""
        answer = await client.get(address)
        answer.raise_for_status()
        with _sense("userinfo"):
            said = answer.json()
        if not isinstance(said, dict) or said.get("sub") != sub:
            raise LoginUntrusted("userinfo speaks of another person than the ID token")
        return said

    async def _known(self) -> tuple[_Metadata, KeySet]:
        """The discovery document and the keys, fetched when there are none or they are old."""
        async with self._fetching:  # many who come at once wait for one fetch
            fresh = time.monotonic() - self._fetched < METADATA_LIFETIME
            if self._metadata is not None and self._keys is not None and fresh:
                return self._metadata, self._keys
            return await self._fetch()

    async def _fetch(self) -> tuple[_Metadata, KeySet]:
        async with self._client() as client:
            address = get_well_known_url(self._oidc.issuer, external=True)
            discovered = await client.request("GET", address, withhold_token=True)
            discovered.raise_for_status()
            with _sense("discovery document"):
                metadata = self._read(discovered.json())
            published = await client.request("GET", metadata.jwks_uri, withhold_token=True)
            published.raise_for_status()
            with _sense("key set"):
                keys = KeySet.import_key_set(published.json())
        self._metadata, self._keys, self._fetched = metadata, keys, time.monotonic()
        return metadata, keys

    def _read(self, document: Any) -> _Metadata:
        issuer = document["issuer"]
        if str(issuer).rstrip("/") != self._oidc.issuer:  # settings hold addresses without a slash at the end
            raise LoginUntrusted("the discovery document names another issuer")

        def address(name: str) -> str:
            value = document[name]
            if not self._safe(value):
                raise LoginUntrusted(f"{name} of the discovery document is not https")
            return str(value)

        # Never an empty set: joserfc takes that for its own choice, in which HMAC is allowed.
        algorithms = ALGORITHMS & set(document.get("id_token_signing_alg_values_supported") or ALGORITHMS)
        if not algorithms:
            raise LoginUntrusted("the provider signs with nothing that we trust")
        ways = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return _Metadata(
            issuer=issuer,
            authorization_endpoint=address("authorization_endpoint"),
            token_endpoint=address("token_endpoint"),
            jwks_uri=address("jwks_uri"),
            userinfo_endpoint=address("userinfo_endpoint") if document.get("userinfo_endpoint") else None,
            end_session_endpoint=address("end_session_endpoint") if document.get("end_session_endpoint") else None,
            algorithms=algorithms,
            token_auth="client_secret_post" if "client_secret_basic" not in ways else None,
            says_issuer=document.get("authorization_response_iss_parameter_supported") is True,
        )

    async def _in_time(self, work: Awaitable[_A]) -> _A:
        """Wait for ``work`` no longer than the timeout; every way it can go wrong becomes an IdentityError."""
        try:
            return await asyncio.wait_for(work, self._timeout)
        except IdentityError:
            raise
        except asyncio.TimeoutError as error:
            raise ProviderDown(f"the login provider did not answer within {self._timeout:g} s") from error
        except AuthlibBaseError as error:
            if error.error == "invalid_grant":  # RFC 6749, 5.2: the code is used, too old or not ours
                raise LoginExpired("the provider refused the code") from error
            raise ProviderDown(f"the token endpoint refused: {_word(error.error)}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ProviderDown(f"the login provider could not be asked: {type(error).__name__}") from error

    def _client(self, metadata: _Metadata | None = None) -> AsyncOAuth2Client:
        """A client for one job; logins are few, so none is kept open between them."""
        secret = self._oidc.client_secret
        return AsyncOAuth2Client(
            client_id=self._oidc.client_id,
            client_secret=secret,
            token_endpoint_auth_method=metadata.token_auth if metadata is not None and secret else None,
            scope=self._oidc.scope,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            timeout=self._timeout,
            verify=self._tls,
        )

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()  # takes long enough to be made once

    def _safe(self, address: Any) -> bool:
        parts = urlsplit(address) if isinstance(address, str) else urlsplit("")
        if parts.scheme == "https" and parts.hostname:
            return True
        return self._development and parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")


@contextmanager
def _sense(what: str) -> Iterator[None]:
    """While an answer of the provider's is read: one that is nonsense is the provider's trouble."""
    try:
        yield
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProviderDown(f"the provider's {what} is none: {type(error).__name__}") from error


def refusal(error: str) -> IdentityError:
    """What an ``error`` that came back from the provider means (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6)."""
    if error in ("access_denied", "login_required", "interaction_required", "consent_required"):
        return LoginCancelled(f"the provider answered {error}")
    return ProviderDown(f"the provider answered {_word(error)}")


def _word(error: Any) -> str:
    """An error code as a log may hold it: it comes from outside, so only what a code is made of."""
    text = str(error)
    return text if text.replace("_", "").isalnum() and text.isascii() and len(text) <= 60 else "an odd error code"
