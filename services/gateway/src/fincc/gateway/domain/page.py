"""The security headers of pages, and the plain pages the gateway writes itself."""

from __future__ import annotations

import base64
import hashlib
import html
import re

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)

EVERYWHERE: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()",
    ),
)
"""Headers of every response of the gateway."""

HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")
"""Where people come over https: their browsers shall not try anything else for a year."""


def content_security_policy(page: str) -> str:
    """Only our own files and the scripts written in `page` itself, each allowed by its hash.

    Styles may be inline, because the component library sets them on elements.
    """
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in _INLINE_SCRIPT.findall(page)]
    scripts = " ".join(["'self'", *(f"'sha256-{h}'" for h in hashes)])
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def plain_page(title: str, *paragraphs: str) -> str:
    """A page without the app: for a link or a sign-in that does not work, and for an app that is not built."""
    body = "".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{html.escape(title)}</title>"
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:10vh auto;padding:0 1rem}</style></head>"
        f'<body><main><h1>{html.escape(title)}</h1>{body}<p><a href="/">Open the app</a></p></main></body></html>'
    )
