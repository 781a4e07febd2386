"""A provider, the settings for it, and a browser in front of the gateway."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from fincc.common.testing.ports import free_port
from fincc.gateway.settings import GatewaySettings

from ..conftest import Gateway, Serve
from .identity_provider import IdentityProvider
from .oidc import ANN, OIDC


@pytest.fixture
async def provider(serve: Serve) -> IdentityProvider:
    provider = IdentityProvider(person=dict(ANN))
    provider.url = await serve(provider.app)
    return provider


@pytest.fixture
def changes() -> dict[str, Any]:
    return {}


@pytest.fixture
async def oidc_settings(provider: IdentityProvider, changes: dict[str, Any], tmp_path: Path) -> GatewaySettings:
    public_url = f"http://127.0.0.1:{free_port()}"
    return GatewaySettings(
        **{"app_dir": tmp_path / "dist", "public_url": public_url, "oidc_issuer": provider.url, **OIDC, **changes}
    )


@pytest.fixture
async def person(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """A browser: keeps cookies, and follows redirects only where a test says so."""
    async with httpx.AsyncClient(base_url=gateway.url, timeout=30) as client:
        yield client
