"""Serves the built app from memory, and a page that says how to build it when it is not there."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import logging
from dataclasses import dataclass, field
from pathlib import Path

from starlette.types import Receive, Scope, Send

from fincc.common.problem import NotFound
from fincc.gateway.domain.page import content_security_policy, plain_page
from fincc.gateway.errors import MethodNotAllowed

log = logging.getLogger(__name__)

INDEX = "/index.html"
ENCODINGS = {"br": ".br", "gzip": ".gz"}  # in the order of preference
IMMUTABLE = b"public, max-age=31536000, immutable"
MIN_GZIP_BYTES = 1024

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_COMPRESSED_ALREADY = frozenset({".png", ".woff2", ".ico"})


@dataclass(frozen=True)
class Asset:
    """A file with its encodings; `headers` go with each answer."""

    etag: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    bodies: dict[str, bytes] = field(repr=False)

    def answer(self, accepted: frozenset[str]) -> tuple[str, bytes]:
        encoding = next((e for e in ENCODINGS if e in accepted and e in self.bodies), "identity")
        return encoding, self.bodies[encoding]


def app_dir() -> Path:
    """frontend/dist of the repository this file is part of, else what the package brings."""
    here = Path(__file__).resolve()
    if len(here.parents) > 5 and (here.parents[5] / "frontend" / "package.json").is_file():
        return here.parents[5] / "frontend" / "dist"
    return here.parent / "static"


def load_assets(folder: Path) -> dict[str, Asset]:
    """URL path → asset, for all files under `folder`; text is compressed here when the build did not."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix not in ENCODINGS.values())
    return {f"/{path.relative_to(folder).as_posix()}": _load(path, folder) for path in files}


def _load(path: Path, folder: Path) -> Asset:
    plain = path.read_bytes()
    bodies = {"identity": plain}
    for encoding, suffix in ENCODINGS.items():
        compressed = path.with_name(path.name + suffix)
        if compressed.is_file():
            bodies[encoding] = compressed.read_bytes()
    if "gzip" not in bodies and len(plain) >= MIN_GZIP_BYTES and path.suffix not in _COMPRESSED_ALREADY:
        bodies["gzip"] = gzip.compress(plain, 6, mtime=0)
    is_asset = path.relative_to(folder).parts[0] == "assets"
    headers = [
        (b"content-type", _TYPES.get(path.suffix, "application/octet-stream").encode()),
        (b"cache-control", IMMUTABLE if is_asset else b"no-cache"),
        (b"vary", b"accept-encoding"),
    ]
    if path.suffix == ".html":
        headers.append((b"content-security-policy", content_security_policy(plain.decode()).encode()))
    return Asset(f'"{hashlib.sha256(plain).hexdigest()[:24]}"'.encode(), tuple(headers), bodies)


def _not_built(folder: Path) -> Asset:
    page = plain_page(
        "The app is not built",
        f"There is no index.html in {folder}.",
        "Build it with `npm ci && npm run build` in the folder frontend, or set FINCC_GATEWAY_APP_DIR to a built one. "
        "The API and the command line work without it.",
    )
    headers = (
        (b"content-type", b"text/html; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", content_security_policy(page).encode()),
    )
    return Asset(b'"not-built"', headers, {"identity": page.encode()})


class Site:
    """The ASGI app of everything that is not the API; it notices a new build by the time of its index.html."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._built_at: int | None = None
        self._assets: dict[str, Asset] = {INDEX: _not_built(folder)}
        self._loading = asyncio.Lock()

    async def load(self) -> None:
        """Read the folder again if it was built anew."""
        async with self._loading:
            index = self._folder / "index.html"
            built_at = index.stat().st_mtime_ns if index.is_file() else None
            if built_at != self._built_at:
                loaded = await asyncio.to_thread(load_assets, self._folder) if built_at else {}
                self._assets = loaded or {INDEX: _not_built(self._folder)}
                self._built_at = built_at
                log.info("app loaded", extra={"files": len(loaded), "folder": str(self._folder)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path == "/api" or path.startswith("/api/"):
            raise NotFound(f"there is no route {path!r}; /api/openapi.json lists those there are")
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed(f"{scope['method']} {path}: only GET and HEAD are possible here")
        asset = self._assets.get(path)
        if asset is None and path.startswith("/assets/"):
            raise NotFound(f"there is no file {path!r}; reload the page if the app was updated")
        if asset is None or path == INDEX:
            await self.load()
            asset = self._assets[INDEX]
        await _send(asset, scope, send)


async def _send(asset: Asset, scope: Scope, send: Send) -> None:
    request = {k: v for k, v in scope["headers"] if k in (b"accept-encoding", b"if-none-match")}
    encoding, body = asset.answer(_accepted(request.get(b"accept-encoding", b"").decode("latin-1")))
    headers = [*asset.headers, (b"etag", asset.etag)]
    status = 200
    if asset.etag in [tag.strip().removeprefix(b"W/") for tag in request.get(b"if-none-match", b"").split(b",")]:
        status, body = 304, b""
    else:
        headers.append((b"content-length", str(len(body)).encode()))
        if encoding != "identity":
            headers.append((b"content-encoding", encoding.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _accepted(header: str) -> frozenset[str]:
    """The encodings a client takes; one with q=0 it does not."""
    offers = [part.strip().lower().partition(";") for part in header.split(",")]
    return frozenset(name.strip() for name, _, q in offers if q.strip() not in ("q=0", "q=0.0", "q=0.00", "q=0.000"))
