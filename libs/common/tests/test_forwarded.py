"""Where a request comes from is what connected, unless that is a proxy somebody has named."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from fincc.common.runtime import http_config
from fincc.common.settings import CommonSettings


async def seen(trusted: str, connected: str) -> str:
    """The address the app sees of a request whose headers claim another one."""
    addresses: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        addresses.append(scope["client"][0])

    async def nothing(*_: Any) -> Any:
        return None

    config = http_config(app, CommonSettings(trusted_proxies=trusted))
    config.load()
    scope = {
        "type": "http",
        "scheme": "http",
        "client": (connected, 1),
        "headers": [(b"x-forwarded-for", b"192.0.2.7")],
    }
    await config.loaded_app(scope, nothing, nothing)
    return addresses[0]


@pytest.mark.parametrize(
    ("trusted", "connected", "address"),
    [
        ("", "127.0.0.1", "127.0.0.1"),
        ("", "10.0.0.5", "10.0.0.5"),
        ("10.0.0.5", "10.0.0.5", "192.0.2.7"),
        ("10.0.0.0/24,10.1.0.1", "10.0.0.5", "192.0.2.7"),
        ("10.0.0.5", "127.0.0.1", "127.0.0.1"),
    ],
)
async def test_an_address_in_a_header_counts_only_from_a_proxy_that_is_trusted(
    trusted: str, connected: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    assert await seen(trusted, connected) == address
