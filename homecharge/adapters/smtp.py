"""Mail by SMTP, off the loop's way: aiosmtplib, a connection for each mail, TLS wherever there is a password."""

import asyncio
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from homecharge.ports.notifier import Mail, NotDelivered

WITHIN_S = 20.0
"""Each answer of the server's; a whole mail takes `ALTOGETHER_S` at most, less than anybody may take to deliver one."""
ALTOGETHER_S = 45.0
_SUBMISSION, _TLS = 587, 465
_PERMANENT = 500


class SmtpMailer:
    """Implements `ports.notifier.Mailer`. `url` is HOMECHARGE_SMTP_URL: `smtps://` is TLS from the first byte.

    `smtp://` takes STARTTLS where the server offers it, and insists on it where there is a password.
    """

    def __init__(self, url: str, *, sender: str, within_s: float = ALTOGETHER_S) -> None:
        self._within_s = within_s
        parts = urlsplit(url)
        is_tls = parts.scheme == "smtps"
        self._sender = sender
        self._password = None if parts.password is None else unquote(parts.password)
        self._username = None if parts.username is None else unquote(parts.username)
        self._host, self._port = parts.hostname or "", parts.port or (_TLS if is_tls else _SUBMISSION)
        self._is_tls = is_tls
        self._starts_tls = False if is_tls else True if parts.password else None

    async def send(self, mail: Mail, *, now: datetime) -> None:
        """A server that says for good that it will not take it for this address ends it."""
        try:
            async with asyncio.timeout(self._within_s):
                await aiosmtplib.send(
                    _message(mail, self._sender, now=now),
                    hostname=self._host,
                    port=self._port,
                    username=self._username,
                    password=self._password,
                    use_tls=self._is_tls,
                    start_tls=self._starts_tls,
                    timeout=WITHIN_S,
                )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            codes = [each.code for each in refused.recipients]
            raise NotDelivered(f"refused: {codes[0]}", is_final=min(codes) >= _PERMANENT) from refused
        except aiosmtplib.SMTPResponseException as refused:
            raise NotDelivered(f"refused: {refused.code}") from refused
        except (aiosmtplib.SMTPException, OSError) as away:
            raise NotDelivered(type(away).__name__) from away


def _message(mail: Mail, sender: str, *, now: datetime) -> EmailMessage:
    """One that no machine answers; sent again it has the same Message-ID, by which mailboxes know repeats."""
    domain = parseaddr(sender)[1].partition("@")[2]
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5
    message["Content-Language"] = mail.language
    message.set_content(mail.text)
    return message
