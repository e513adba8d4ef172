"""Send the mails that wait; one that nobody takes comes again."""

import asyncio

from homecharge.domain.errors import Unavailable
from homecharge.domain.texts import Languages
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.ports.notifier import Mailer, NotDelivered
from homecharge.ports.units import Units
from homecharge.services.mails import claim, prepare
from homecharge.storage.queries.mails import DueMail, remove_mail

log = get_logger(__name__)


class Mails:
    """The scheduler's; several of them share the work, because claiming sets the alarm."""

    def __init__(
        self, units: Units, mailer: Mailer | None, clock: Clock, *, languages: Languages, app_url: str
    ) -> None:
        self._units, self._mailer, self._clock = units, mailer, clock
        self._languages, self._app_url = languages, app_url

    async def look(self) -> None:
        """Send those that are due, all at once."""
        try:
            due = await self._units.run_write(claim, now=self._clock.now())
        except Unavailable as away:
            log.warning("mails.postponed", reason=away.code)
        else:
            await asyncio.gather(*map(self._try_to_send, due))

    async def _try_to_send(self, due: DueMail) -> None:
        """One that cannot be made or sent comes again, and holds up no other."""
        try:
            await self._send(due)
        except Unavailable as away:
            log.warning("mail.postponed", mail_id=due.id, reason=away.code)
        except Exception:  # the outermost of a mail: its alarm rings again
            log.exception("mail.send_failed", mail_id=due.id, kind=due.kind.value)

    async def _send(self, due: DueMail) -> None:
        about = {"mail_id": due.id, "kind": due.kind.value}
        now = self._clock.now()
        mail = await self._units.run_write(prepare, due, self._languages, app_url=self._app_url, now=now)
        if mail is None:
            log.info("mail.dropped", **about, tries=due.tries)
            return
        if self._mailer is None:
            log.warning("mail.not_sent", **about, why="HOMECHARGE_SMTP_URL is not set")
        else:
            try:
                await self._mailer.send(mail, now=now)
            except NotDelivered as failed:
                log.warning("mail.refused", **about, reason=failed.reason, tries=due.tries)
                if not failed.is_final:
                    return
            else:
                log.info("mail.sent", **about)
        await self._units.run_write(remove_mail, due.id)
