"""A long file in parts: Flask answers one and says where the next is, and it is asked for once the client took this."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, TypeAlias

from homecharge.web.answers import NEXT_AUTHORIZATION_HEADER, NEXT_HEADER
from homecharge.web.waiting import ClientGone, get_scope
from homecharge.web.wsgi import Reply, Scope

Ask: TypeAlias = Callable[[Scope, bytes], Awaitable[Reply]]
Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]
_NEXT, _NEXT_AUTHORIZATION = (name.lower().encode() for name in (NEXT_HEADER, NEXT_AUTHORIZATION_HEADER))


class PartMissing(Exception):
    """A part was refused after others had been sent; all that is left is to break the answer off, so that it shows."""


def next_of(scope: Scope, reply: Reply) -> bytes | None:
    """Where the part after this one is, None where this is all of it."""
    return reply.find(_NEXT) if scope["method"] == "GET" and reply.status == HTTPStatus.OK else None


async def send_parts(scope: Scope, first: Reply, ask: Ask, send: Send, *, gone: asyncio.Future[Any]) -> None:
    """Send the bodies of `first` and of all parts after it, as one. Raises ClientGone, PartMissing."""
    part = first
    while (location := next_of(scope, part)) is not None:
        await send({"type": "http.response.body", "body": part.body, "more_body": True})
        if gone.done():
            raise ClientGone
        part = await ask(_after(scope, part, location), b"")
        if part.status != HTTPStatus.OK:
            raise PartMissing(location)
    await send({"type": "http.response.body", "body": part.body})


def _after(scope: Scope, part: Reply, location: bytes) -> Scope:
    """The request for what follows a part, by whoever asked for the first."""
    asked, authorization = get_scope(scope, location), part.find(_NEXT_AUTHORIZATION)
    if authorization is None:
        return asked
    others = [(name, value) for name, value in asked["headers"] if name != b"authorization"]
    return {**asked, "headers": [*others, (b"authorization", authorization)]}
