"""A mail server on a real socket, of aiosmtpd, that keeps what it is given."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """`refusals` are answered to recipients in turn; afterwards all is taken."""

    def __init__(self) -> None:
        self.refusals: list[str] = []
        self.taken: list[EmailMessage] = []
        self.port = 0
        self._news = asyncio.Event()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append(cast("EmailMessage", message_from_bytes(content, policy=default)))
        self._news.set()
        return "250 OK"

    async def until_taken(self) -> EmailMessage:
        async with asyncio.timeout(30):
            await self._news.wait()
        return self.taken[0]


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="mail.test", loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
