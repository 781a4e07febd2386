"""Addresses that people type into the app, and whether we go there: who may add a source could otherwise look around in our
network, and ask the host for the credentials of the machine.

What the settings of a process name is trusted, and never comes here.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from fincc.common.settings import CommonSettings, Network, networks

Address = IPv4Address | IPv6Address

# Clouds give out the credentials of a machine at link-local addresses, and at some others.
_NEVER = networks(
    "0.0.0.0/8, 169.254.0.0/16, 100.100.100.200, 168.63.129.16, 192.0.0.192, 224.0.0.0/4, 240.0.0.0/4,"
    " ::/128, fe80::/10, fd00:ec2::/32, fd20:ce::254, ff00::/8"
)
_LAST_32_BITS = networks("::ffff:0:0/96, 64:ff9b::/96, ::/96")
"""IPv6 networks whose addresses are another way to write one of IPv4."""
_ALL = networks("0.0.0.0/0, ::/0")
_LOOPBACK_6 = IPv6Address("::1")


class AddressRefused(ValueError):
    """Nobody goes to this address; the text says why, and what would allow it."""


def judge(address: str, allowed: tuple[Network, ...], name: str | None = None) -> None:
    """Raises AddressRefused. `name`: what the address was found under."""
    shown = address if name in (None, address) else f"{name} ({address})"
    for meant in _meanings(ip_address(address)):
        if any(meant in network for network in _NEVER):
            raise AddressRefused(
                f"{shown} is never asked: it is link-local, or where a cloud keeps the credentials of a machine"
            )
        if not meant.is_global and not any(meant in network for network in allowed):
            raise AddressRefused(
                f"{shown} is an address of a private network or of this machine; whoever runs the platform can allow it:"
                " FINCC_SOURCE_NETWORKS has to name it, or the network that it is in"
            )


def _meanings(address: Address) -> tuple[Address, ...]:
    if isinstance(address, IPv4Address) or address == _LOOPBACK_6:
        return (address,)
    if address.sixtofour is not None:
        return (address, address.sixtofour)
    if any(address in network for network in _LAST_32_BITS) and int(address):
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    return (address,)


def addresses_of(name: str, port: int, allowed: tuple[Network, ...]) -> list[str]:
    """Where a name leads now. Raises AddressRefused when any of it is refused, and OSError as the resolver does."""
    try:
        found = socket.getaddrinfo(name.strip("[]"), port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise AddressRefused(f"{name[:100]} is no name of a host") from None
    addresses = list(dict.fromkeys(str(at[0]) for *_, at in found))
    for address in addresses:
        judge(address, allowed, name)
    return addresses


def check_address(url: str) -> None:
    """What can be said of http://host:port without asking anybody. Raises AddressRefused, for addresses that no setting allows."""
    host = urlsplit(url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return  # a name
    judge(str(address), _ALL)


def guarded(client: Any, url: str | None) -> Any:
    """A client of botocore that goes to `url` and nowhere else that is refused; as it is for None, which means AWS itself.

    Raises AddressRefused at once where that can be known. Later, when the name leads elsewhere or the answer sends the
    client on, the connection raises it. Through a proxy of the environment the proxy looks the name up, not we.
    """
    if url is None:
        return client
    allowed = networks(CommonSettings().source_networks)
    parts = urlsplit(url)
    with suppress(OSError):  # a name that leads nowhere is for the request to say
        addresses_of(parts.hostname or "", parts.port or 443, allowed)
    pools = client._endpoint.http_session._pool_classes_by_scheme
    for scheme, pool in pools.items():
        connection = type("GuardedConnection", (_Guarded, pool.ConnectionCls), {"allowed": allowed})
        pools[scheme] = type("GuardedPool", (pool,), {"ConnectionCls": connection})
    return client


class _Guarded:
    """Goes before a connection class of urllib3. The name is looked up once, and the connection goes to what was found and
    judged then: a name that leads elsewhere a moment later (DNS rebinding) gains nothing."""

    allowed: tuple[Network, ...]
    _dns_host: str
    port: int
    proxy: Any

    def _new_conn(self) -> socket.socket:
        connect = super()._new_conn  # type: ignore[misc]
        if self.proxy is not None:
            return connect()
        name = self._dns_host
        *others, last = addresses_of(name, self.port, self.allowed)
        try:
            for address in others:
                self._dns_host = address
                with suppress(Exception):
                    return connect()
            self._dns_host = last
            return connect()
        finally:
            self._dns_host = name  # which certificates are checked for
