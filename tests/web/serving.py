"""An edge behind a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from homecharge.web.edge import Edge


class Server(uvicorn.Server):
    """Says when it has begun to listen."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


@asynccontextmanager
async def serving(edge: Edge) -> AsyncIterator[str]:
    """The address at which it listens; at the end it stops as a process does."""
    config = uvicorn.Config(edge, port=0, lifespan="off", log_level="error", server_header=False, loop="asyncio")
    server = Server(config)
    task = asyncio.create_task(server.serve())
    await server.is_up.wait()
    [listener] = server.servers[0].sockets
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        edge.stop()
        server.should_exit = True
        await task
        edge.close()
