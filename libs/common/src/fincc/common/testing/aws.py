"""AWS on this machine, by moto: the real client talks real HTTP to it."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nonexistent",
    "FINCC_SOURCE_NETWORKS": "127.0.0.0/8",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
}


@contextmanager
def running_aws() -> Iterator[str]:
    """The address of the server."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def empty_account(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget everything, ask for no rights, and let the environment have credentials."""
    post(f"{url}/moto-api/reset-auth", b"1000000000")
    post(f"{url}/moto-api/reset")
    for name, value in _ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def post(url: str, data: bytes = b"") -> None:
    headers = {"Content-Type": "text/plain"}  # otherwise the body is taken for a form
    urllib.request.urlopen(urllib.request.Request(url, data, headers, method="POST")).close()
