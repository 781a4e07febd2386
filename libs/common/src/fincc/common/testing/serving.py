"""A real HTTP server for a test, in its own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn


@asynccontextmanager
async def serving(config: uvicorn.Config, port: int = 0) -> AsyncIterator[int]:
    """The port of 127.0.0.1 at which it is served while the block lasts, a free one unless it is given."""
    config.timeout_graceful_shutdown = 1
    with socket.create_server(("127.0.0.1", port)) as listener:
        server = uvicorn.Server(config)
        running = asyncio.create_task(server._serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.005)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await running
