"""People are told, over real sockets: a rejection, its recovery, the end, by webhook and by mail; a crash repeats."""

import asyncio
import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from standardwebhooks import Webhook as Signed

from homecharge.adapters.outbound import Outbound
from homecharge.adapters.webhook import WebhookPoster
from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import LineState
from homecharge.domain.notifications import Notice, NoticeKind, Urgency
from homecharge.domain.session_state import Status
from homecharge.domain.texts import languages_of
from homecharge.engine.telling import Telling
from homecharge.observability.clock import ManualClock
from homecharge.observability.metrics import Metrics
from homecharge.services import delivering, notification_settings, stopping, telling
from homecharge.services.delivering import LEASE
from homecharge.services.outgoing import Ways
from homecharge.settings import OutboundPrivate
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, ChargingSession, Delivery, NotificationRow, Webhook
from homecharge.storage.queries.accounts import confirm_email
from homecharge.storage.queries.occurrences import OCCURRENCES
from homecharge.storage.queries.sessions import TABLE as SESSIONS
from tests.engine.house import House, open_house
from tests.engine.shaky import ShakyDatabase
from tests.homes import NOW, log_in, make_charger, make_home, make_session, phone_of, sign_up
from tests.hooks import HookServer, hook_server
from tests.locks import until_somebody_waits
from tests.mailbox import mailbox
from tests.schedules import schedule

WAYS = Ways(languages=languages_of(), has_mail=False, push_url=None, push_secret="")


def add_webhook(database: Database, driver: Caller, url: str) -> str:
    """Returns its secret."""
    with database.write() as db:
        return notification_settings.add_webhook(db, url, allow_private=True, caller=driver, now=NOW).secret


async def test_a_rejection_its_recovery_and_the_end_are_told_by_webhook_and_mail(database_url: str) -> None:
    async with mailbox() as box, hook_server() as hooks:
        mail = {"smtp_url": f"smtp://127.0.0.1:{box.port}", "mail_from": "Homecharge <no-reply@example.org>"}
        async with open_house(database_url, outbound_private=OutboundPrivate.ALLOW, **mail) as house:
            secret = add_webhook(house.container.database, house.driver, hooks.url)
            with house.container.database.write() as db:
                confirm_email(db, house.driver.account_id, now=NOW)
            await _rejected_then_recovered(house, hooks)
            await hooks.until(lambda: len(hooks.taken) == 4)
            letter = await box.until_taken()

    told = dict(zip(hooks.kinds(), hooks.taken, strict=True))
    assert set(told) == {"charger_connected", "rejected", "recovered", "finished"}
    rejected, recovered = told["rejected"], told["recovered"]
    assert Signed(secret).verify(rejected.body, rejected.headers)["type"] == "notification.rejected"
    assert rejected.document["data"]["collapse_key"] == recovered.document["data"]["collapse_key"]
    assert rejected.document["data"]["actions"][0]["kind"] == "plug_in"
    assert "not plugged in" in letter["Subject"]


async def _rejected_then_recovered(house: House, hooks: HookServer) -> None:
    """One after the other: what has not gone out when the next is told of gives way to it."""
    async with house.charge_point() as cp:
        boosted = await house.until(house.boost(), Status.REJECTED)
        await hooks.until(lambda: "rejected" in hooks.kinds())
        await cp.plug_in()
        recovered = await house.until_drawing(await house.until_recovered(boosted))
        await hooks.until(lambda: "recovered" in hooks.kinds())
        house.stop(recovered)
        await house.until(recovered, Status.COMPLETED)


@pytest.fixture
def database(database_url: str) -> Iterator[ShakyDatabase]:
    """One in whose only home a charge was cancelled."""
    database = ShakyDatabase(database_url)
    yield database
    database.close()


class Teller:
    """The engine's part alone, on a clock of the test's."""

    def __init__(self, database: Database, ways_out: Ways = WAYS) -> None:
        self.clock, self.outbound = ManualClock(NOW), Outbound(allow_private=True)
        poster = WebhookPoster(self.outbound)
        hour = timedelta(hours=1)
        ways = {"hooks": poster, "push": poster, "mailer": None}
        self.telling = Telling(database, self.clock, Metrics(), ways_out, **ways, offline_told=hour)

    async def look(self, *, then: timedelta) -> None:
        """Send what is due, wait for its answers, and let time pass."""
        await self.telling.look()
        await self.telling.close(within_s=30)
        self.clock.advance(then)


def cancel_one(database: Database, url: str | None) -> Caller:
    """Something to tell, a webhook to tell it to, and whom."""
    with database.write() as db:
        ada = sign_up(db)
        session = make_session(db, make_charger(db, ada, make_home(db, ada)), ada)
        stopping.cancel_session(db, session.id, caller=ada, now=NOW)
    if url is not None:
        add_webhook(database, ada, url)
    return ada


async def test_what_was_sent_and_not_noted_is_sent_again_under_the_same_id(database: ShakyDatabase) -> None:
    async with hook_server() as hooks:
        cancel_one(database, hooks.url)
        teller = Teller(database)
        database.refused = [delivering.delivered]  # as if the process were killed between the two
        await teller.look(then=LEASE)
        database.refused = []
        await teller.look(then=LEASE)
        await teller.look(then=LEASE)
        await teller.outbound.aclose()

    first, second = hooks.taken
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


async def test_a_webhook_that_fails_is_tried_again(database: ShakyDatabase) -> None:
    async with hook_server() as hooks:
        hooks.statuses = [500, 503]
        cancel_one(database, hooks.url)
        teller = Teller(database)
        for _ in range(4):
            await teller.look(then=timedelta(minutes=1))
        await teller.outbound.aclose()

    assert len(hooks.taken) == 3
    assert len({hooked.headers["webhook-id"] for hooked in hooks.taken}) == 1


async def test_what_cannot_be_put_into_words_holds_up_no_other_and_is_sent_once_it_can(database: ShakyDatabase) -> None:
    """A release that told of another kind was rolled back, and comes again."""
    async with hook_server() as hooks:
        teller = Teller(database)
        ada = cancel_one(database, hooks.url)
        told = [(ada.account_id, notice(str(number))) for number in range(3)]
        with database.write() as db:
            telling.tell(db, told, WAYS.channels, now=NOW)
            unknown = update(NotificationRow).where(NotificationRow.about == "1")
            db.execute(unknown.values(kind="from_the_future"))
        await teller.look(then=timedelta(seconds=5))
        before = hooks.kinds()
        with database.write() as db:
            errors = list(db.scalars(select(Delivery.error).where(Delivery.error.is_not(None))))
            failing = list(db.scalars(select(Webhook.failing_since)))
            db.execute(unknown.values(kind=NoticeKind.STARTED))
        await teller.look(then=LEASE)
        await teller.outbound.aclose()

    assert sorted(before) == ["cancelled", "started", "started"]
    assert errors == ["could not be put into words"]
    assert failing == [None]  # it is not the webhook's fault
    assert hooks.kinds() == [*before, "started"]


async def test_what_can_never_be_put_into_words_is_given_up_after_a_day(database: ShakyDatabase) -> None:
    teller = Teller(database)
    ada = cancel_one(database, "http://127.0.0.1:9/nobody-asks")
    with database.write() as db:
        telling.tell(db, [(ada.account_id, notice("1"))], WAYS.channels, now=NOW)
        db.execute(update(NotificationRow).values(kind="from_the_future"))
        db.execute(update(ChargingSession).values(tell_at=None))
    for _ in range(20):
        await teller.look(then=timedelta(hours=4))
    await teller.outbound.aclose()

    with database.read() as db:
        assert db.execute(select(Delivery.state, Delivery.wake_at)).all() == [("failed", None)]


def notice(about: str) -> Notice:
    return Notice(
        kind=NoticeKind.STARTED,
        about=about,
        at=NOW,
        expires_at=NOW + timedelta(hours=6),
        collapse_key=about,
        urgency=Urgency.LOW,
    )


async def test_a_phone_that_the_push_service_calls_gone_is_pushed_to_no_more(database: ShakyDatabase) -> None:
    async with hook_server() as hooks:
        hooks.says = b'{"gone": ["token"]}'
        teller = Teller(database, dataclasses.replace(WAYS, push_url=hooks.url, push_secret="whsec_c2VjcmV0"))
        ada = cancel_one(database, None)
        with database.write() as db:
            ada = log_in(db, ada)
            notification_settings.put_device(db, phone_of(ada), caller=ada)
        await teller.look(then=LEASE)
        await teller.outbound.aclose()

    [pushed] = hooks.taken
    assert [device["push_token"] for device in pushed.document["devices"]] == ["token"]
    with database.read() as db:
        assert notification_settings.list_devices(db, caller=ada, now=NOW) == ()


async def test_a_charge_that_would_fail_is_told_before_it_is_due(database_url: str) -> None:
    async with hook_server() as hooks:
        settings = {"outbound_private": OutboundPrivate.ALLOW, "warn_ahead_s": 86_400.0}
        async with open_house(database_url, **settings) as house:
            add_webhook(house.container.database, house.driver, hooks.url)
            async with house.charge_point():
                await house.until_line(LineState.ONLINE)
                await house.until_true(lambda: house.describe().connectors[0].plugged_in is False)
                planned = house.schedule(house.window(3_600))
                await hooks.until(lambda: "will_not_start" in hooks.kinds())

    [warned] = [hooked.document["data"] for hooked in hooks.taken if "will_not_start" in hooked.document["type"]]
    assert warned["link"] == f"/v1/schedules/{planned.id}"
    assert warned["actions"] == [{"kind": "plug_in", "target": house.charger_id()}]


async def test_whoever_changes_an_occurrence_does_not_wait_for_a_session_that_is_told(postgresql_url: str) -> None:
    """What is told of a charger reaches for its occurrences: a unit that held sessions besides met an edit head-on."""
    here, there = Database(postgresql_url), Database(postgresql_url)
    with here.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))
        schedule(db, charger.id, ada, now=NOW)
        session = make_session(db, charger, ada)
        stopping.cancel_session(db, session.id, caller=ada, now=NOW)
        db.execute(update(OCCURRENCES).values(watch_from=NOW, warn_at=None))
        db.execute(update(Charger).values(tell_at=NOW))
    teller = Teller(there)
    with here.write() as db:
        db.execute(select(OCCURRENCES.c.id).with_for_update())
        looking = asyncio.create_task(teller.telling.look())
        await asyncio.to_thread(until_somebody_waits, here)
        mine = select(SESSIONS.c.id).where(SESSIONS.c.id == session.id)
        locked = db.scalars(mine.with_for_update(nowait=True)).all()
    await looking
    for database in (here, there):
        database.close()
    await teller.outbound.aclose()

    assert locked == [session.id]
