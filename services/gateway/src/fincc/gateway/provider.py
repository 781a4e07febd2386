"""The identity provider as we see it over the network: OpenID Connect discovery, keys, tokens, and the end of a session."""

from __future__ import annotations

import asyncio
import base64
import logging
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from fincc.common.fetch import FetchFailed, fetch_json, open_client
from fincc.common.jwks import KeysUnavailable, PublishedKeys
from fincc.gateway.domain.external import Attempt, ClaimNames, Refused, lacks
from fincc.gateway.id_tokens import key_id, verified_claims
from fincc.gateway.settings import GatewaySettings, is_endpoint

log = logging.getLogger(__name__)

WELL_KNOWN = "/.well-known/openid-configuration"
METADATA_LIFETIME_S = 3600.0
KEYS_LIFETIME_S = 600.0
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ENDPOINTS = (*_NEEDED, "userinfo_endpoint", "end_session_endpoint")


class ProviderDown(Exception):
    """The provider does not answer, or not as OpenID Connect says; the text says how."""


class Provider:
    """One provider. Its HTTP calls are bounded in time and size and follow no redirect."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self.names = ClaimNames(
            settings.oidc_user_claim, settings.oidc_name_claim, settings.oidc_email_claim, settings.oidc_groups_claim
        )
        self._client: httpx.AsyncClient | None = None
        self._metadata: Mapping[str, Any] | None = None
        self._failure, self._again_at = "", float("-inf")
        self._lock = asyncio.Lock()
        self._keys = PublishedKeys(self._fetch_keys, settings.oidc_keys_again_s, KEYS_LIFETIME_S)

    async def authorization_url(self, attempt: Attempt) -> str:
        """Where to send a browser that wants to sign in. Raises ProviderDown."""
        return _with_query(
            (await self._discover())["authorization_endpoint"],
            {
                "response_type": "code",
                "client_id": self._settings.oidc_client_id,
                "redirect_uri": self._settings.redirect_uri,
                "scope": self._settings.oidc_scopes,
                "state": attempt.state,
                "nonce": attempt.nonce,
                "code_challenge": attempt.challenge,
                "code_challenge_method": "S256",
            },
        )

    async def check_issuer(self, named: str) -> None:
        """RFC 9207: the answer names who gave it, where the provider does so at all. Raises Refused, ProviderDown."""
        metadata = await self._discover()
        is_needed = metadata.get("authorization_response_iss_parameter_supported") is True
        if (named or is_needed) and named != self._settings.oidc_issuer:
            raise Refused("the answer comes from another identity provider than the one that was asked (iss)")

    async def sign_in(self, code: str, attempt: Attempt) -> tuple[dict[str, Any], str]:
        """(claims, ID token) for the code that a browser brought back. Raises Refused, ProviderDown."""
        tokens = await self._exchange(code, attempt)
        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise Refused("the provider sent no ID token; the scope `openid` has to be allowed for this application")
        try:
            key = await self._keys.find(key_id(token))
        except KeysUnavailable as error:
            raise ProviderDown(f"the provider's keys cannot be had: {error}") from error
        if key is None:
            raise Refused("the ID token of the provider is signed with a key that the provider does not publish")
        settings = self._settings
        claims = verified_claims(
            token, key, settings.oidc_issuer, settings.oidc_client_id, attempt.nonce, settings.oidc_clock_skew_s
        )
        return await self._completed(claims, tokens.get("access_token")), token

    async def sign_out_url(self, id_token: str) -> str | None:
        """Where to send a browser to end the provider's session, too; None where the provider has no such place."""
        if not self._settings.oidc_sign_out:
            return None
        try:
            endpoint = (await self._discover()).get("end_session_endpoint")
        except ProviderDown:
            return None  # who signs out must not wait for the provider
        if endpoint is None:
            return None
        back = f"{self._settings.public_url.rstrip('/')}/sign-in"
        query = {
            "id_token_hint": id_token,
            "client_id": self._settings.oidc_client_id,
            "post_logout_redirect_uri": back,
        }
        return _with_query(endpoint, query)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _discover(self) -> Mapping[str, Any]:
        """Fetched once an hour. A provider that is away is asked again after a while only, so that nobody queues for it."""
        async with self._lock:
            now = time.monotonic()
            if now >= self._again_at:
                try:
                    self._metadata, self._again_at = await self._fetch_metadata(), now + METADATA_LIFETIME_S
                except ProviderDown as error:
                    self._failure, self._again_at = str(error), time.monotonic() + self._settings.oidc_keys_again_s
                    log.warning("the provider's metadata could not be fetched", extra={"reason": self._failure})
            if self._metadata is None:
                raise ProviderDown(self._failure)
            return self._metadata

    async def _fetch_metadata(self) -> Mapping[str, Any]:
        issuer = self._settings.oidc_issuer
        metadata = await self._get(f"{issuer.rstrip('/')}{WELL_KNOWN}")
        if metadata.get("issuer") != issuer:
            raise ProviderDown(
                f"the provider calls itself {str(metadata.get('issuer'))[:200]!r}, and FINCC_GATEWAY_OIDC_ISSUER is "
                f"{issuer!r}; the two must be equal to the letter"
            )
        for name in _ENDPOINTS:
            endpoint = metadata.get(name)
            if (name in _NEEDED or endpoint is not None) and not is_endpoint(str(endpoint), issuer):
                raise ProviderDown(f"the provider's metadata has no https address as {name}")
        return metadata

    async def _fetch_keys(self) -> Mapping[str, Any]:
        try:
            return await self._get((await self._discover())["jwks_uri"])
        except ProviderDown as error:
            raise FetchFailed(str(error)) from error

    async def _exchange(self, code: str, attempt: Attempt) -> dict[str, Any]:
        settings, metadata = self._settings, await self._discover()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": settings.redirect_uri,
            "code_verifier": attempt.verifier,
            "client_id": settings.oidc_client_id,
        }
        headers: dict[str, str] = {}
        if settings.oidc_client_secret is not None:
            secret = settings.oidc_client_secret.get_secret_value()
            methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            if "client_secret_basic" in methods:
                pair = f"{quote(settings.oidc_client_id, safe='')}:{quote(secret, safe='')}"
                headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
            else:
                form["client_secret"] = secret
        status, tokens = await self._call(metadata["token_endpoint"], form=form, headers=headers)
        if status >= 500:
            raise ProviderDown(f"{metadata['token_endpoint']} answered {status}")
        if status != 200:
            reason = tokens.get("error_description") or tokens.get("error") or f"status {status}"
            raise Refused(f"the provider did not accept the sign-in: {str(reason)[:300]}")
        return tokens

    async def _completed(self, claims: dict[str, Any], access_token: object) -> dict[str, Any]:
        """With what only the provider's userinfo has. The ID token's own claims go first."""
        endpoint = (await self._discover()).get("userinfo_endpoint")
        if endpoint is None or not isinstance(access_token, str) or not lacks(claims, self.names):
            return claims
        status, more = await self._call(endpoint, headers={"authorization": f"Bearer {access_token}"})
        if status != 200:
            raise ProviderDown(f"the provider's userinfo answered {status}")
        if more.get("sub") != claims["sub"]:
            raise Refused("the provider's userinfo is about somebody else (sub)")
        return {**more, **claims}

    async def _get(self, url: str) -> dict[str, Any]:
        status, document = await self._call(url)
        if status != 200:
            raise ProviderDown(f"{url} answered {status}")
        return document

    async def _call(
        self, url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        self._client = self._client or open_client()
        try:
            return await fetch_json(self._client, url, self._settings.oidc_timeout_s, form=form, headers=headers)
        except FetchFailed as error:
            raise ProviderDown(str(error)) from error


def _with_query(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
