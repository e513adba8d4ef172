"""Devices are the log-ins that last, a page at a time, each person's their own."""

from datetime import timedelta

import pytest

from homecharge.domain.errors import NotFound
from homecharge.domain.pages import Keyset
from homecharge.services import tokens
from homecharge.services.access_tokens import AccessTokens
from homecharge.services.devices import list_devices, sign_out
from homecharge.storage.database import Database
from tests.homes import NOW, sign_up

ACCESS = AccessTokens("a key of at least thirty-two characters")


def test_devices_come_newest_first_a_page_at_a_time(database: Database):
    with database.write() as db:
        ada, bob = sign_up(db), sign_up(db, "Bob")
        for hour, device in enumerate(["phone", None, "tablet"]):
            tokens.log_in(db, ada.account_id, device=device, access=ACCESS, now=NOW + timedelta(hours=hour))
        tokens.log_in(db, bob.account_id, device="watch", access=ACCESS, now=NOW)

    with database.read() as db:
        first = list_devices(db, ada, Keyset(limit=2), now=NOW + timedelta(hours=3))
        second = list_devices(db, ada, Keyset(limit=2, after=first.next), now=NOW + timedelta(hours=3))

    assert [device.name for device in (*first.items, *second.items)] == ["tablet", None, "phone"]
    assert second.next is None


def test_a_device_of_somebody_else_is_not_found(database: Database):
    with database.write() as db:
        ada, bob = sign_up(db), sign_up(db, "Bob")
        tokens.log_in(db, bob.account_id, device="watch", access=ACCESS, now=NOW)
        watch = list_devices(db, bob, Keyset(), now=NOW).items[0]

    with pytest.raises(NotFound), database.write() as db:
        sign_out(db, watch.id, caller=ada, now=NOW)
