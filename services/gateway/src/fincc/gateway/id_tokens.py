"""What an ID token of the identity provider has to prove before anything in it is believed."""

from __future__ import annotations

import hmac
from typing import Any

import jwt

from fincc.gateway.domain.external import Refused

ALGORITHMS = ("RS256", "ES256", "EdDSA")


def verified_claims(
    token: str, key: jwt.PyJWK, issuer: str, client_id: str, nonce: str, skew_s: float
) -> dict[str, Any]:
    """The claims of an ID token after all checks of OpenID Connect Core 3.1.3.7. Raises Refused."""
    required = ["iss", "sub", "aud", "exp", "iat"]
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            issuer=issuer,
            audience=client_id,
            leeway=skew_s,
            options={"require": required},
        )
    except jwt.PyJWTError as error:
        raise Refused(f"the ID token of the provider is not valid: {error}") from error
    audience = claims["aud"]
    authorized = claims.get("azp", client_id if isinstance(audience, str) or len(audience) == 1 else None)
    if authorized != client_id:
        raise Refused("the ID token of the provider was made for another application (azp)")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise Refused("the ID token of the provider belongs to another sign-in (nonce)")
    return claims


def key_id(token: str) -> str | None:
    """The key an ID token names, after a look at its algorithm. Raises Refused."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise Refused(f"the ID token of the provider is not valid: {error}") from error
    if header.get("alg") not in ALGORITHMS:
        raise Refused(
            f"the ID token of the provider is signed with {header.get('alg')!r}; taken is {', '.join(ALGORITHMS)}"
        )
    return header.get("kid")
