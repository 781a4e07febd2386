"""Which headers a service gets."""

from fincc.gateway.proxy import forwarded


def names(headers: list[tuple[bytes, bytes]]) -> list[bytes]:
    return [name for name, _ in headers]


def test_the_signed_subject_replaces_what_the_client_sent():
    sent = [(b"x-fincc-subject", b"forged"), (b"x-fincc-subject", b"forged again"), (b"x-fincc-other", b"x")]
    assert forwarded(sent, b"signed") == [(b"x-fincc-subject", b"signed")]


def test_claims_and_credentials_stay_at_the_gateway():
    sent = [
        (b"cookie", b"fincc_session=secret"),
        (b"authorization", b"Bearer fin_secret"),
        (b"x-csrf-token", b"secret"),
        (b"x-forwarded-for", b"10.0.0.1"),
        (b"x-forwarded-user", b"admin"),
        (b"forwarded", b"for=10.0.0.1"),
        (b"x-real-ip", b"10.0.0.1"),
    ]
    assert names(forwarded(sent, b"signed")) == [b"x-fincc-subject"]


def test_headers_of_the_connection_go_no_further():
    sent = [
        (b"connection", b"keep-alive, X-Private"),
        (b"keep-alive", b"timeout=5"),
        (b"x-private", b"for this hop"),
        (b"te", b"trailers"),
        (b"upgrade", b"h2c"),
        (b"proxy-authorization", b"Basic x"),
        (b"accept", b"text/csv"),
    ]
    assert names(forwarded(sent, b"signed")) == [b"accept", b"x-fincc-subject"]


def test_the_connection_takes_away_neither_the_subject_nor_the_length_of_a_body():
    sent = [(b"connection", b"x-fincc-subject, Content-Length"), (b"content-length", b"5")]
    assert forwarded(sent, b"signed") == [(b"content-length", b"5"), (b"x-fincc-subject", b"signed")]


def test_a_chunked_body_stays_chunked_and_loses_a_length_that_contradicts_it():
    sent = [(b"transfer-encoding", b"chunked"), (b"content-length", b"5")]
    assert forwarded(sent, b"s") == [(b"x-fincc-subject", b"s"), (b"transfer-encoding", b"chunked")]


def test_headers_that_matter_to_a_service_pass_unchanged():
    sent = [
        (b"if-none-match", b'"abc"'),
        (b"range", b"bytes=0-9"),
        (b"accept", b"text/csv"),
        (b"content-type", b"application/yaml"),
        (b"content-length", b"12"),
        (b"accept-encoding", b"gzip"),
    ]
    assert forwarded(sent, b"signed")[:-1] == sent
