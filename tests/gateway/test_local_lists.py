"""Lists of cards on the wire (OCPP 1.6, Local Auth List), valid by the schemas of the `ocpp` package."""

from datetime import UTC, datetime
from typing import Any

import pytest

from homecharge.domain.local_lists import ListEntry, ListStatus, ListUpdate
from homecharge.gateway.server import Gateway
from homecharge.ports.charger_link import GetLocalListVersion, Outcome, SendLocalList
from tests.gateway.charger import Charger
from tests.gateway.test_charging_profiles import exchange

GOOD = ListEntry("A", ListStatus.ACCEPTED, datetime(2027, 1, 1, tzinfo=UTC), "HOME")
BAD = ListEntry("B", ListStatus.BLOCKED)
WRITTEN_GOOD = {
    "idTag": "A",
    "idTagInfo": {"status": "Accepted", "expiryDate": "2027-01-01T00:00:00Z", "parentIdTag": "HOME"},
}
WRITTEN_BAD = {"idTag": "B", "idTagInfo": {"status": "Blocked"}}


@pytest.mark.parametrize(
    ("update", "written"),
    [
        (
            ListUpdate(1, is_full=True, put=(GOOD, BAD)),
            {"listVersion": 1, "updateType": "Full", "localAuthorizationList": [WRITTEN_GOOD, WRITTEN_BAD]},
        ),
        (
            ListUpdate(2, is_full=False, put=(BAD,), removed=("A",)),
            {"listVersion": 2, "updateType": "Differential", "localAuthorizationList": [{"idTag": "A"}, WRITTEN_BAD]},
        ),
        (ListUpdate(3, is_full=True), {"listVersion": 3, "updateType": "Full"}),
    ],
)
async def test_a_list_is_sent_whole_or_by_its_changes(
    gateway: Gateway, charger: Charger, update: ListUpdate, written: dict[str, Any]
):
    call, reply = await exchange(gateway, charger, SendLocalList(update), {"status": "Accepted"})

    assert call[2:] == ["SendLocalList", written]
    assert reply.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("status", ["Failed", "NotSupported", "VersionMismatch"])
async def test_any_other_word_is_a_no(gateway: Gateway, charger: Charger, status: str):
    _, reply = await exchange(gateway, charger, SendLocalList(ListUpdate(1, is_full=True)), {"status": status})

    assert (reply.outcome, reply.status) == (Outcome.REJECTED, status)


async def test_the_version_of_a_list_is_read(gateway: Gateway, charger: Charger):
    call, reply = await exchange(gateway, charger, GetLocalListVersion(), {"listVersion": -1})

    assert call[2:] == ["GetLocalListVersion", {}]
    assert (reply.outcome, reply.list_version) == (Outcome.ACCEPTED, -1)
