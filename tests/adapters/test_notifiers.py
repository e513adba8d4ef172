"""Ways out for notifications: signed as others check it, mailed as others read it, and honest about what failed."""

import asyncio
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from homecharge.adapters.outbound import Outbound
from homecharge.adapters.smtp import SmtpMailer
from homecharge.adapters.webhook import WebhookPoster
from homecharge.observability.clock import SystemClock
from homecharge.ports.notifier import Hook, Mail, NotDelivered
from tests.hooks import hook_server
from tests.mailbox import mailbox

NOW = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)
SECRET = "whsec_" + "c2VjcmV0" * 4
MAIL = Mail(
    id="01a2", to="ada@example.org", subject="Rejected: car not plugged in – Ü", text="Plug in.\n", language="en"
)


def hook(url: str) -> Hook:
    return Hook(id="01a2", url=url, secret=SECRET, body=b'{"type": "notification.started"}')


async def test_a_webhook_is_signed_as_standard_webhooks_has_it() -> None:
    outbound, now = Outbound(allow_private=True), SystemClock().now()  # the library that checks goes by the real time
    async with hook_server() as server:
        await WebhookPoster(outbound).post(hook(server.url), now=now)
    await outbound.aclose()

    [taken] = server.taken
    assert Webhook(SECRET).verify(taken.body, taken.headers) == {"type": "notification.started"}
    assert taken.headers["webhook-id"] == "01a2"


@pytest.mark.parametrize(("status", "is_final"), [(500, False), (404, False), (301, False), (410, True)])
async def test_whatever_is_no_success_is_a_failure(status: int, *, is_final: bool) -> None:
    outbound = Outbound(allow_private=True)
    async with hook_server() as server:
        server.statuses = [status]
        with pytest.raises(NotDelivered) as failed:
            await WebhookPoster(outbound).post(hook(server.url), now=NOW)
    await outbound.aclose()

    assert (failed.value.reason, failed.value.is_final) == (f"HTTP {status}", is_final)


async def test_a_private_address_is_not_gone_to_unless_allowed() -> None:
    outbound = Outbound(allow_private=False)
    async with hook_server() as server:
        with pytest.raises(NotDelivered, match="a private address"):
            await WebhookPoster(outbound).post(hook(server.url), now=NOW)
    await outbound.aclose()

    assert server.taken == []


async def test_a_mail_says_what_it_is_and_is_known_when_it_comes_again() -> None:
    async with mailbox() as box:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{box.port}", sender="Homecharge <no-reply@example.org>")
        await mailer.send(MAIL, now=NOW)
        await mailer.send(MAIL, now=NOW)

    first, second = box.taken
    assert (first["From"], first["To"]) == ("Homecharge <no-reply@example.org>", "ada@example.org")
    assert first["Subject"] == MAIL.subject
    assert first.get_content().replace("\r\n", "\n") == MAIL.text
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] == second["Message-ID"] == "<01a2@example.org>"


@pytest.mark.parametrize(("refusal", "is_final"), [("550 no such user", True), ("450 later", False)])
async def test_a_mailbox_that_does_not_exist_is_final_and_a_busy_one_is_not(refusal: str, *, is_final: bool) -> None:
    async with mailbox() as box:
        box.refusals = [refusal]
        mailer = SmtpMailer(f"smtp://127.0.0.1:{box.port}", sender="no-reply@example.org")
        with pytest.raises(NotDelivered) as failed:
            await mailer.send(MAIL, now=NOW)

    assert (failed.value.reason, failed.value.is_final) == (f"refused: {refusal[:3]}", is_final)


async def test_a_password_is_not_told_without_tls() -> None:
    async with mailbox() as box:
        mailer = SmtpMailer(f"smtp://ada:secret@127.0.0.1:{box.port}", sender="no-reply@example.org")
        with pytest.raises(NotDelivered):
            await mailer.send(MAIL, now=NOW)

    assert box.taken == []


async def test_a_server_that_is_away_is_no_final_failure() -> None:
    with pytest.raises(NotDelivered) as failed:
        await SmtpMailer("smtps://127.0.0.1:1", sender="no-reply@example.org").send(MAIL, now=NOW)

    assert not failed.value.is_final


async def test_a_server_that_says_nothing_is_not_waited_for_in_vain() -> None:
    taken: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
    server = await asyncio.start_server(lambda _, writer: taken.put_nowait(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(NotDelivered) as failed:
            await SmtpMailer(f"smtp://127.0.0.1:{port}", sender="no-reply@example.org", within_s=0.1).send(
                MAIL, now=NOW
            )
        (await taken.get()).transport.abort()

    assert not failed.value.is_final
