"""Flask in worker threads: a whole request in, a whole answer out, so that no thread ever waits for a slow client."""

import asyncio
import contextvars
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias
from wsgiref.types import StartResponse, WSGIApplication

from a2wsgi.wsgi import build_environ

Scope: TypeAlias = dict[str, Any]
Headers: TypeAlias = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; header names in lower case."""

    status: int
    headers: Headers
    body: bytes = b""

    def find(self, name: bytes) -> bytes | None:
        """A header's first value."""
        return next((value for key, value in self.headers if key == name), None)


class WsgiWorkers:
    """A WSGI application and the threads that run it."""

    def __init__(self, app: WSGIApplication, *, workers: int, name: str) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(workers, name)

    async def ask(self, scope: Scope, body: bytes) -> Reply:
        """What the application answers; its exceptions come through."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, contextvars.copy_context().run, self._run, scope, body)

    def close(self) -> None:
        """Let the requests in hand finish, take no more."""
        self._threads.shutdown()

    def _run(self, scope: Scope, body: bytes) -> Reply:
        environ: dict[str, Any] = dict(build_environ(scope, None))  # type: ignore[arg-type]  # the body is ours, below
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body)) if body else ""
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        started: list[tuple[int, Headers]] = []
        written: list[bytes] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Any:  # noqa: ANN401 - as PEP 3333 has it
            lowered = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            started[:] = [(int(status[:3]), lowered)]
            return written.append

        chunks = self._app(environ, _typed(start_response))
        try:
            written.extend(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        status, headers = started[0]
        return Reply(status, headers, b"".join(written))


def _typed(start_response: Any) -> StartResponse:  # noqa: ANN401 - PEP 3333 is looser than its types
    typed: StartResponse = start_response
    return typed
