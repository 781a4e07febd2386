"""What a source may reach: nothing that gives out credentials, and nothing private that nobody allowed."""

import socket

import pytest
from pydantic import ValidationError

from fincc.common.outbound import AddressRefused, addresses_of, check_address, judge
from fincc.common.settings import CommonSettings, networks

CREDENTIALS = [
    "169.254.169.254",  # AWS, Google, Azure, Oracle, Hetzner and others
    "169.254.170.2",  # containers and pods of AWS
    "169.254.170.23",
    "fd00:ec2::254",
    "fd20:ce::254",
    "100.100.100.200",  # Alibaba
    "168.63.129.16",  # Azure
    "192.0.0.192",  # Oracle
    "fe80::1",
]
DISGUISED = ["::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::169.254.169.254", "0.0.0.0", "::"]
PRIVATE = [
    *(
        "127.0.0.1",
        "127.8.8.8",
        "::1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "fd12:3456::1",
        "198.18.0.1",
    ),
    *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::ffff:10.0.0.1"),
]
PUBLIC = ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
EVERYTHING = networks("0.0.0.0/0, ::/0")


@pytest.mark.parametrize("address", [*CREDENTIALS, *DISGUISED, "224.0.0.1", "255.255.255.255", "ff02::1"])
def test_where_credentials_are_given_out_is_never_asked_whatever_is_allowed(address: str):
    with pytest.raises(AddressRefused, match="is never asked"):
        judge(address, EVERYTHING)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_needs_to_be_allowed(address: str):
    with pytest.raises(AddressRefused, match="FINCC_SOURCE_NETWORKS"):
        judge(address, ())
    judge(address, EVERYTHING)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_needs_nothing(address: str):
    assert addresses_of(address, 80, ()) == [address]


def test_only_the_network_that_is_named_is_allowed():
    allowed = networks("10.1.0.0/16, 127.0.0.1")
    judge("10.1.255.255", allowed)
    judge("127.0.0.1", allowed)
    for address in ("10.2.0.1", "127.0.0.2"):
        with pytest.raises(AddressRefused):
            judge(address, allowed)


@pytest.mark.parametrize(
    "written", ["2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "[::ffff:a9fe:a9fe]"]
)
def test_an_address_is_judged_however_it_is_written(written: str):
    with pytest.raises(AddressRefused, match="is never asked"):
        addresses_of(written, 80, EVERYTHING)


def test_a_name_with_one_refused_address_among_good_ones_is_refused(monkeypatch: pytest.MonkeyPatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (at, 80)) for at in ("93.184.215.14", "169.254.169.254")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(AddressRefused, match=r"store\.example \(169\.254\.169\.254\) is never asked"):
        addresses_of("store.example", 80, ())


@pytest.mark.parametrize("name", ["a..b", "x" * 70 + ".example"])
def test_what_is_no_name_is_refused_in_words(name: str):
    with pytest.raises(AddressRefused, match="is no name of a host"):
        addresses_of(name, 80, ())


def test_what_no_setting_allows_is_refused_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "getaddrinfo", None)
    for url in ("http://169.254.169.254/latest", "http://[fe80::1]:80", "http://[::ffff:169.254.169.254]"):
        with pytest.raises(AddressRefused):
            check_address(url)
    for url in ("http://10.0.0.1", "http://[::1]:9", "https://store.example"):
        check_address(url)


def test_a_network_that_is_none_stops_the_start():
    with pytest.raises(ValidationError, match="source_networks"):
        CommonSettings(source_networks="10.0.0.0/8, minio")
