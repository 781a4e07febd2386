"""A bucket that answers as S3 does where moto does not: many keys, requests that are turned away, another region."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

PAGE = 1000
Refusal = tuple[int, str, dict[str, str]]
"""Status, error code, headers."""


@dataclass
class FakeBucket:
    """`objects` by key. `refuse` sees each request's number and its Authorization header, and may turn it away."""

    objects: dict[str, bytes] = field(default_factory=dict)
    refuse: Callable[[int, str], Refusal | None] = lambda _number, _authorization: None
    requests: int = 0

    def answer(self, url: str, authorization: str, wanted: str | None) -> tuple[int, bytes, dict[str, str]]:
        self.requests += 1
        if refusal := self.refuse(self.requests, authorization):
            status, code, headers = refusal
            region = headers.get("x-amz-bucket-region", "")
            body = f"<Error><Code>{code}</Code><Message>no</Message><Region>{region}</Region></Error>"
            return status, body.encode(), headers
        parts = urlsplit(url)
        key = unquote(parts.path).split("/", 2)[2:]
        if key and key[0]:
            return self._object(self.objects[key[0]], wanted)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return 200, self._listing(asked), {"Content-Type": "application/xml"}

    def _object(self, data: bytes, wanted: str | None) -> tuple[int, bytes, dict[str, str]]:
        first, last = map(int, re.findall(r"\d+", wanted)) if wanted else (0, len(data))
        return 206 if wanted else 200, data[first : last + 1], {"ETag": etag(data)}

    @cached_property
    def _keys(self) -> list[str]:
        return sorted(self.objects)

    def _listing(self, asked: dict[str, str]) -> bytes:
        prefix, after = asked.get("prefix", ""), asked.get("continuation-token", "")
        entries: dict[str, bytes | None] = {}
        for key in islice(self._keys, bisect_left(self._keys, max(prefix, after)), None):
            if not key.startswith(prefix) or len(entries) > PAGE:
                break
            folder, slash, _ = key[len(prefix) :].partition("/")
            name = prefix + folder + slash if slash and asked.get("delimiter") else key
            if name > after:
                entries[name] = None if name != key else self.objects[key]
        page = list(entries.items())[:PAGE]
        more = len(entries) > PAGE
        body = "".join(
            f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>"
            if data is None
            else f"<Contents><Key>{escape(name)}</Key><LastModified>2026-02-01T00:00:00.000Z</LastModified>"
            f"<ETag>{etag(data)}</ETag><Size>{len(data)}</Size></Contents>"
            for name, data in page
        )
        token = f"<NextContinuationToken>{escape(page[-1][0])}</NextContinuationToken>" if more else ""
        return (
            f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{token}{body}</ListBucketResult>".encode()
        )


def etag(data: bytes) -> str:
    return f'"{md5(data, usedforsecurity=False).hexdigest()}"'


@contextmanager
def served(bucket: FakeBucket) -> Iterator[str]:
    """The address of the bucket."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            status, body, headers = bucket.answer(
                self.path, self.headers.get("Authorization", ""), self.headers.get("Range")
            )
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_HEAD(self) -> None:
            status, body, headers = bucket.answer(self.path, self.headers.get("Authorization", ""), None)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
