"""`fincc` as people run it, in front of a platform whose answers a test decides."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FINCC = Path(sys.executable).parent / "fincc"

Answer = Callable[[str, str, Any], tuple[int, Any]]
"""From method, path with query, and body to status and body."""


@dataclass
class CommandLine:
    """Runs commands against the platform at `url`, and keeps what that was sent."""

    url: str
    sent: list[tuple[str, str, Any]] = field(default_factory=list)
    """Method, path and body of each request that is no GET."""

    def run(self, *args: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """With `given` as its standard input, and without a home."""
        environment = {"PATH": "/usr/bin:/bin", "XDG_CONFIG_HOME": "/nonexistent", "FINCC_URL": self.url}
        command = [str(FINCC), *args]
        return subprocess.run(
            command, env=environment, input=given, capture_output=True, text=True, timeout=60, check=False
        )


@contextmanager
def answering(answer: Answer) -> Iterator[CommandLine]:
    """A server on a free port that answers as a test says."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null")
            if self.command != "GET":
                line.sent.append((self.command, self.path, body))
            status, said = answer(self.command, self.path, body)
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.do_GET()

        def do_PATCH(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    line = CommandLine(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
