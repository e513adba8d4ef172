"""Mails that stay here, for tests."""

from datetime import datetime

from homecharge.ports.notifier import Mail, NotDelivered


class MemoryMailer:
    """Implements `ports.notifier.Mailer` with a list; `failure` is raised while it is set."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.failure: NotDelivered | None = None

    async def send(self, mail: Mail, *, now: datetime) -> None:  # noqa: ARG002 - the port's
        """Keep it."""
        if self.failure is not None:
            raise self.failure
        self.sent.append(mail)
