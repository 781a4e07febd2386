"""An identity provider that can be told to lie, for what a certified one never does. Honest unless it is told otherwise."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "fincc", "a secret: with/signs"
_NEW_KEY: dict[str, Callable[[], Any]] = {
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


@dataclass
class IdentityProvider:
    """Signs in whoever asks, as `person`; `token_claims` go over those an honest ID token has (None takes one away)."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    token_claims: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] | None = None
    forge: Callable[[dict[str, Any]], str] | None = None
    keys: dict[str, tuple[str, Any]] = field(default_factory=dict)
    signing_kid: str = ""
    client_proves_itself_by: str = "basic"
    is_broken: bool = False
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rotate("ES256")

    def rotate(self, algorithm: str) -> None:
        """Only a new key from now on."""
        self.signing_kid = secrets.token_hex(4)
        self.keys = {self.signing_kid: (algorithm, _NEW_KEY[algorithm]())}

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
                Route("/userinfo", self._userinfo),
            ]
        )

    def public(self, kid: str) -> dict[str, Any]:
        algorithm, key = self.keys[kid]
        jwk = json.loads(jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key()))
        return {**jwk, "kid": kid, "use": "sig", "alg": algorithm}

    async def _discovery(self, _request: Request) -> Response:
        self.asked.append("discovery")
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        endpoints = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in names.items()}
        return JSONResponse({"issuer": self.url, "jwks_uri": f"{self.url}/keys", **endpoints, **self.metadata})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        answer = {"code": code, "state": asked["state"]} if self.answer is None else self.answer
        query = "&".join(f"{name}={value}" for name, value in answer.items())
        return RedirectResponse(f"{asked['redirect_uri']}?{query}", 302)

    async def _token(self, request: Request) -> Response:
        self.asked.append("token")
        if self.is_broken:
            return JSONResponse({"error": "server_error"}, 503)
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self._codes.pop(form.get("code", ""), None)
        if not self._is_client(request.headers.get("authorization"), form):
            return JSONResponse({"error": "invalid_client"}, 401)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked is None or base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant", "error_description": "the code is not good"}, 400)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {k: v for k, v in {**claims, **self.person, **self.token_claims}.items() if v is not None}
        return JSONResponse({"access_token": "at", "token_type": "Bearer", "id_token": self._signed(claims)})

    def _is_client(self, authorization: str | None, form: dict[str, str]) -> bool:
        basic = "Basic " + base64.b64encode(b"fincc:a%20secret%3A%20with%2Fsigns").decode()
        named = form["client_id"] == CLIENT_ID
        return (
            named
            and {
                "basic": authorization == basic and "client_secret" not in form,
                "post": authorization is None and form.get("client_secret") == CLIENT_SECRET,
                "none": authorization is None and "client_secret" not in form,
            }[self.client_proves_itself_by]
        )

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.forge is not None:
            return self.forge(claims)
        algorithm, key = self.keys[self.signing_kid]
        return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": self.signing_kid})

    async def _keys(self, _request: Request) -> Response:
        self.asked.append("keys")
        return JSONResponse({"keys": [self.public(kid) for kid in self.keys]})

    async def _userinfo(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer at"
        self.asked.append("userinfo")
        return JSONResponse(self.userinfo or {"sub": self.person["sub"]})
