"""Settings of the gateway, read from the environment with prefix FINCC_GATEWAY_."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

CALLBACK = "/signin/oidc/callback"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_safe_address(url: str) -> bool:
    """https, or a server on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def is_endpoint(url: str, issuer: str) -> bool:
    """https; a server on this machine only where the issuer is on it, too: no other may send us there."""
    return is_safe_address(url) and (url.startswith("https://") or issuer.startswith("http://"))


class GatewaySettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FINCC_GATEWAY_", extra="ignore")

    app_dir: Path | None = Field(
        default=None,
        description="Folder of the built app; empty: frontend/dist of the repository, else the packaged one.",
    )
    public_url: str = Field(
        default="", description="Address people use, as https://costs.example.com; empty: the scheme of each request."
    )
    session_idle_hours: float = Field(default=12, gt=0, description="A session unused for so many hours ends.")
    session_days: float = Field(default=7, gt=0, description="A session ends after so many days, used or not.")
    identity_cache_s: float = Field(
        default=5,
        ge=0,
        le=60,
        description="Seconds a session or token is trusted; other gateways notice a sign-out so late.",
    )
    local_sign_in: bool = Field(
        default=True, description="Whether people may sign in with a password kept here; false needs an OIDC issuer."
    )
    oidc_issuer: str = Field(
        default="", description="Issuer of the identity provider, exactly as it writes itself; empty: none."
    )
    oidc_client_id: str = Field(default="", description="What the provider calls this application.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Secret of the application; empty for a public client, which PKCE protects alone."
    )
    oidc_scopes: str = Field(default="openid profile email", description="Scopes asked for, with spaces between.")
    oidc_title: str = Field(
        default="your company account", description="Name of the provider on the button `Sign in with …`."
    )
    oidc_user_claim: str = Field(default="preferred_username", description="Claim with the user name.")
    oidc_name_claim: str = Field(default="name", description="Claim with the name people read.")
    oidc_email_claim: str = Field(default="email", description="Claim with the e-mail address.")
    oidc_groups_claim: str = Field(default="groups", description="Claim with the list of groups.")
    oidc_clock_skew_s: float = Field(
        default=60, ge=0, le=300, description="Seconds by which the provider's clock may differ from ours."
    )
    oidc_keys_again_s: float = Field(
        default=10, ge=1, description="Seconds until a provider that was away, or had no such key, is asked again."
    )
    oidc_timeout_s: float = Field(default=10, gt=0, le=60, description="Seconds the provider has for one answer.")
    oidc_sign_out: bool = Field(
        default=True, description="Whether signing out here ends the session at the provider, too, where it can."
    )
    initial_admins: str = Field(
        default="",
        description="User names, verified e-mail addresses or `group:name`, separated by commas, that get the admin "
        "role when they sign in with the provider.",
    )
    access_contact: str = Field(
        default="",
        description="Whom to ask for access, as people without a role read it: a name, an address, a channel.",
    )
    requests_per_s: float = Field(
        default=200, ge=0, description="Requests a second that one session or token may go on with; 0: no limit."
    )
    requests_per_s_per_address: float = Field(
        default=1000, ge=0, description="The same for one network address (IPv6: one /64 network)."
    )
    requests_burst_s: float = Field(default=10, ge=1, description="Both may be used up in advance for so many seconds.")
    sign_in_failures_per_user: int = Field(
        default=10, ge=1, description="Failed sign-ins in a row before a user has to wait."
    )
    sign_in_failures_per_address: int = Field(default=30, ge=1, description="The same for one network address.")
    sign_in_wait_s: float = Field(
        default=30, gt=0, description="Seconds after which one more failed sign-in is allowed."
    )
    token_days: int = Field(default=90, ge=1, description="Days until an API token expires, when nothing is said.")
    token_max_days: int = Field(default=365, ge=1, description="Days until an API token expires at most.")
    max_body_mib: float = Field(default=64, gt=0, description="Largest request body in MiB.")
    peer_timeout_s: float = Field(default=60, gt=0, description="Seconds a service may stay silent while it answers.")
    peer_connect_timeout_s: float = Field(default=3, gt=0, description="Seconds to reach a service.")
    peer_connections: int = Field(
        default=100, ge=1, description="Open connections to each service in another process at most."
    )

    @property
    def has_provider(self) -> bool:
        return bool(self.oidc_issuer)

    def problems(self) -> list[str]:
        """Why the gateway cannot start with these settings."""
        found = []
        if not self.local_sign_in and not self.has_provider:
            found.append(
                "nobody could sign in: FINCC_GATEWAY_LOCAL_SIGN_IN is false, so FINCC_GATEWAY_OIDC_ISSUER must be set"
            )
        if self.has_provider:
            if not self.oidc_client_id:
                found.append("FINCC_GATEWAY_OIDC_CLIENT_ID is missing; the provider gave it to this application")
            if not self.public_url:
                found.append("FINCC_GATEWAY_PUBLIC_URL is missing; it is where the provider sends people back to")
            if not is_safe_address(self.oidc_issuer):
                found.append("FINCC_GATEWAY_OIDC_ISSUER must begin with https:// (http:// only on this machine)")
            if "openid" not in self.oidc_scopes.split():
                found.append("FINCC_GATEWAY_OIDC_SCOPES must have `openid`")
        return found

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to; it has to know this address."""
        return f"{self.public_url.rstrip('/')}{CALLBACK}"

    @property
    def session_idle(self) -> timedelta:
        return timedelta(hours=self.session_idle_hours)

    @property
    def session_lifetime(self) -> timedelta:
        return timedelta(days=self.session_days)

    @property
    def max_body_bytes(self) -> int:
        return int(self.max_body_mib * 1024 * 1024)
