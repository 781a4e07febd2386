"""Settings of the gateway, read from the environment with prefix FINCC_GATEWAY_."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    def session_idle(self) -> timedelta:
        return timedelta(hours=self.session_idle_hours)

    @property
    def session_lifetime(self) -> timedelta:
        return timedelta(days=self.session_days)

    @property
    def max_body_bytes(self) -> int:
        return int(self.max_body_mib * 1024 * 1024)
