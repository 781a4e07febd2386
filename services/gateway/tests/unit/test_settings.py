"""Where an identity provider may send us."""

import pytest

from fincc.gateway.settings import is_endpoint

PROVIDER, OWN = "https://id.example.com", "http://127.0.0.1:8090/realm"


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/keys",
        "http://127.0.0.1:8081/metrics",
        "http://localhost/keys",
        "file:///etc/passwd",
        "//id.example.com/keys",
        "None",
    ],
)
def test_a_provider_elsewhere_cannot_send_us_to_this_machine_or_to_plain_http(url: str):
    assert not is_endpoint(url, PROVIDER)


@pytest.mark.parametrize(("url", "issuer"), [("https://keys.example.com", PROVIDER), (OWN, OWN), (PROVIDER, OWN)])
def test_a_provider_may_have_its_endpoints_elsewhere_over_https_or_beside_it_on_this_machine(url: str, issuer: str):
    assert is_endpoint(url, issuer)
