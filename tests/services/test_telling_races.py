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


@pytest.mark.parametrize("end", ["removed", "forgotten", "given up"])
def test_whoever_notes_a_failure_waits_for_whoever_ends_the_webhook(
    here: Database, hooked: Hooked, meanwhile: Meanwhile, end: str
):
    with here.write() as db:
        db.execute(update(Webhook).values(failing_since=NOW))
    with here.write() as db:
        account = get_account(db, hooked.bob.account_id)
        db.execute(update(Webhook).values(last_error="held by whoever is about to end it"))
        noted = meanwhile(fails(hooked.second, now=LATER))
        match end:
            case "removed":
                notification_settings.remove_webhook(db, hooked.hook.id, caller=hooked.bob)
            case "forgotten":
                forget_account(db, account, now=LATER)
            case _:
                fails(hooked.first, now=LATER)(db)

    assert noted.exception() is None
    assert not hooked.due(LATER)


def test_whoever_notes_that_it_got_through_waits_too(here: Database, hooked: Hooked, meanwhile: Meanwhile):
    with here.write() as db:
        db.execute(update(Webhook).values(last_error="held"))
        noted = meanwhile(lambda db: delivering.delivered(db, hooked.first.due, b"", now=NOW))
        db.execute(update(Delivery).values(error="held, too"))

    assert noted.exception() is None
