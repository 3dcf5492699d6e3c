"""An OpenID Connect provider written for tests: it does verify PKCE, and it lies on request."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer
from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT_ID = "borgerkontakt-test"
CLIENT_SECRET = "not-so-secret"
SUBSTANTIAL = "https://data.gov.dk/concept/core/nsis/Substantial"
LOW = "https://data.gov.dk/concept/core/nsis/Low"
CPR = "0101600019"  # a valid date; nobody's

Claims = dict[str, Any]


def b64(data: bytes) -> str:
    """Base64url without padding, as JOSE writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Peer:
    """How it behaves; a fresh one behaves well. Every hook gets what would be sent and gives what is."""

    claims: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[[Peer, Claims], str] = lambda peer, claims: peer.signed(claims)
    discovery: Callable[[dict[str, Any]], dict[str, Any]] = lambda document: document
    userinfo: Claims | None = None
    answer: Callable[[dict[str, str]], dict[str, str]] = lambda parameters: parameters
    token_status: int = 200
    token_body: Any = None
    slow: float = 0.0
    public: bool = False  # knows its client by name alone; PKCE is then all that guards a code
    person: Claims = field(
        default_factory=lambda: {"sub": "1", "name": "Anna  Bjerregaard", "dk.cpr": CPR, "loa": SUBSTANTIAL}
    )
    key: RSAKey | ECKey = field(default_factory=lambda: _first_key())
    published: list[Any] | None = None
    asked: list[str] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _access: dict[str, str] = field(default_factory=dict)
    server: TestServer | None = None

    @property
    def issuer(self) -> str:
        """The address it says it is."""
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.port}"

    async def start(self) -> None:
        """Listen on loopback."""
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_get("/userinfo", self._userinfo)
        self.server = TestServer(app, host="127.0.0.1")
        await self.server.start_server()

    async def stop(self) -> None:
        """Stop listening."""
        assert self.server is not None
        await self.server.close()

    def signed(self, claims: Claims, *, key: Any = None, **header: Any) -> str:
        """A token signed as it should be, unless told otherwise."""
        key = key or self.key
        head = {"alg": "ES256" if isinstance(key, ECKey) else "RS256", "kid": key.kid, **header}
        return jwt.encode({k: v for k, v in head.items() if v is not None}, claims, key, algorithms=[head["alg"]])

    async def _wait(self, what: str) -> None:
        self.asked.append(what)
        await asyncio.sleep(self.slow)

    async def _discovery(self, request: web.Request) -> web.Response:
        await self._wait("discovery")
        at = self.issuer
        return web.json_response(
            self.discovery(
                {
                    "issuer": at,
                    "authorization_endpoint": f"{at}/authorize",
                    "token_endpoint": f"{at}/token",
                    "userinfo_endpoint": f"{at}/userinfo",
                    "end_session_endpoint": f"{at}/end",
                    "jwks_uri": f"{at}/keys",
                }
            )
        )

    async def _keys(self, request: web.Request) -> web.Response:
        await self._wait("keys")
        keys = self.published if self.published is not None else [self.key]
        return web.json_response({"keys": [key.as_dict(private=False) for key in keys]})

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        self.requests.append(asked)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        answer = self.answer({"code": code, "state": asked["state"]})
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode(answer)}")

    async def _token(self, request: web.Request) -> web.Response:
        await self._wait("token")
        if self.token_body is not None:
            return web.Response(status=self.token_status, text=self.token_body)
        form = await request.post()
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        known = form.get("client_id") == CLIENT_ID and "Authorization" not in request.headers
        if not (known if self.public else request.headers.get("Authorization") == f"Basic {basic}"):
            return web.json_response({"error": "invalid_client"}, status=401)
        asked = self._codes.pop(str(form.get("code")), None)
        challenge = b64(hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest())
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form.get("redirect_uri"):
            return web.json_response({"error": "invalid_grant"}, status=400)
        access = secrets.token_urlsafe(16)
        self._access[access] = self.person["sub"]
        now = int(time.time())
        claims = self.claims(
            {
                **self.person,
                "iss": self.issuer,
                "aud": CLIENT_ID,
                "iat": now,
                "exp": now + 300,
                "nonce": asked["nonce"],
                "at_hash": create_half_hash(access, "RS256").decode(),
            }
        )
        return web.json_response(
            {"token_type": "Bearer", "expires_in": 300, "access_token": access, "id_token": self.sign(self, claims)}
        )

    async def _userinfo(self, request: web.Request) -> web.Response:
        await self._wait("userinfo")
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._access:
            return web.json_response({}, status=401)
        return web.json_response(self.userinfo or {"sub": self.person["sub"]})


@lru_cache(maxsize=1)
def _first_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "first"})  # takes its time, so once for all tests


def unsigned(_peer: Peer, claims: Claims) -> str:
    """A token that says it needs no signature."""
    return f"{b64(json.dumps({'alg': 'none'}).encode())}.{b64(json.dumps(claims).encode())}."


def signed_with_public_key(peer: Peer, claims: Claims) -> str:
    """The old confusion: an HMAC whose secret is the public key that everybody has."""
    head = b64(json.dumps({"alg": "HS256", "kid": peer.key.kid}).encode())
    body = b64(json.dumps(claims).encode())
    # By hand, for joserfc refuses to make such a thing.
    mac = hmac.new(peer.key.as_pem(private=False), f"{head}.{body}".encode(), hashlib.sha256)
    return f"{head}.{body}.{b64(mac.digest())}"
