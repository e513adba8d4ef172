"""Two processes on one PostgreSQL reach for the same webhook and what is on its way there."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

import pytest
from sqlalchemy import update

from homecharge.domain.deliveries import DISABLED_AFTER
from homecharge.services import delivering, notification_settings
from homecharge.services.accounts import forget_account, get_account
from homecharge.services.delivering import Ready
from homecharge.services.disabling_webhooks import disable_all
from homecharge.storage.database import Database
from homecharge.storage.models import Delivery, Webhook
from tests.homes import NOW
from tests.services.test_telling import WAYS, Town

LATER = NOW + DISABLED_AFTER
Meanwhile = Callable[..., Future[None]]


class Hooked(Town):
    """Bob has a webhook with two deliveries on their way."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.hook = self.webhook(self.bob)
        for _ in range(2):
            self.cancel(self.bob, by=self.bob)
        self.look()
        self.first, self.second = self.due()


@pytest.fixture
def hooked(here: Database) -> Hooked:
    return Hooked(here)


def fails(ready: Ready, *, now: datetime = NOW) -> Callable[..., None]:
    return lambda db: delivering.failed(db, ready, "HTTP 500", WAYS, is_final=False, now=now)


@pytest.mark.parametrize("end", ["removed", "given up"])
def test_whoever_notes_a_failure_waits_for_whoever_ends_the_webhook(
    here: Database, hooked: Hooked, meanwhile: Meanwhile, end: str
):
    with here.write() as db:
        db.execute(update(Webhook).values(failing_since=NOW))
    with here.write() as db:
        db.execute(update(Webhook).values(last_error="held by whoever is about to end it"))
        noted = meanwhile(fails(hooked.second, now=LATER))
        if end == "removed":
            notification_settings.remove_webhook(db, hooked.hook.id, caller=hooked.bob)
        else:
            fails(hooked.first, now=LATER)(db)

    assert noted.exception() is None
    assert not hooked.due(LATER)


@pytest.mark.parametrize("by", ["a password that is reset", "a person who leaves"])
def test_whoever_notes_a_failure_reaches_for_the_account_before_the_webhook(
    here: Database, hooked: Hooked, meanwhile: Meanwhile, by: str
):
    """As whoever ends all of somebody's does; and has it when the owner is to be told of one that is given up."""
    with here.write() as db:
        db.execute(update(Webhook).values(failing_since=NOW))
    with here.write() as db:
        account = get_account(db, hooked.bob.account_id, for_update=True)
        noted = meanwhile(fails(hooked.first, now=LATER))
        if by == "a person who leaves":
            forget_account(db, account, now=LATER)
        else:
            disable_all(db, account.id, WAYS.channels, now=LATER)

    assert noted.exception() is None


def test_whoever_notes_that_it_got_through_waits_too(here: Database, hooked: Hooked, meanwhile: Meanwhile):
    with here.write() as db:
        db.execute(update(Webhook).values(last_error="held"))
        noted = meanwhile(lambda db: delivering.delivered(db, hooked.first.due, b"", now=NOW))
        db.execute(update(Delivery).values(error="held, too"))

    assert noted.exception() is None


def test_whoever_ends_what_is_too_late_waits_too(here: Database, hooked: Hooked, meanwhile: Meanwhile):
    late = [(ready.due, "expired") for ready in (hooked.first, hooked.second)]
    with here.write() as db:
        db.execute(update(Webhook).values(last_error="held"))
        db.execute(update(Delivery).where(Delivery.id == hooked.second.due.id).values(error="held, too"))
        ended = meanwhile(lambda db: delivering.end(db, late, now=NOW))
        db.execute(update(Delivery).values(error="held, all of them"))

    assert ended.exception() is None
