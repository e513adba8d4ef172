"""A simulated charge point keeps a list of cards, and goes by it without a line."""

from typing import Any

import pytest

from homecharge.simulator.charge_point import ChargePoint
from tests.simulator.conftest import MakeChargePoint
from tests.simulator.strict_server import CallError, StrictServer

KNOWN_ONLY = {"AllowOfflineTxForUnknownId": "false"}


def entry(id_tag: str, status: str | None = "Accepted", **more: str) -> dict[str, Any]:
    """One that is to be dropped where there is no status."""
    return {"idTag": id_tag} if status is None else {"idTag": id_tag, "idTagInfo": {"status": status, **more}}


async def send(server: StrictServer, version: int, *entries: dict[str, Any], kind: str = "Full") -> str:
    update = {"listVersion": version, "updateType": kind, "localAuthorizationList": list(entries)}
    status: str = (await server.call("SendLocalList", update))["status"]
    return status


async def version_of(server: StrictServer) -> int:
    version: int = (await server.call("GetLocalListVersion", {}))["listVersion"]
    return version


@pytest.fixture
async def listing(make: MakeChargePoint) -> ChargePoint:
    """A charge point with a local list that lets in nobody else while it has no line, booted."""
    charge_point = make(local_list=True, configuration=KNOWN_ONLY)
    await charge_point.connect()
    return charge_point


async def test_a_full_list_replaces_and_a_differential_one_changes_adds_and_drops(
    server: StrictServer, listing: ChargePoint
):
    before = await version_of(server)
    full = await send(server, 5, entry("A"), entry("B"))
    changed = await send(server, 6, entry("a", "Blocked"), entry("B", None), entry("C"), kind="Differential")
    found = {tag: listing.cards.local_list.find(tag) for tag in "ABC"}
    replaced = await send(server, 1, entry("D"))

    assert (before, full, changed, replaced) == (0, "Accepted", "Accepted", "Accepted")
    assert found == {"A": {"status": "Blocked"}, "B": None, "C": {"status": "Accepted"}}
    assert (len(listing.cards.local_list), await version_of(server)) == (1, 1)


async def test_changes_to_another_version_are_a_mismatch(server: StrictServer, listing: ChargePoint):
    await send(server, 5, entry("A"))

    assert await send(server, 5, entry("B"), kind="Differential") == "VersionMismatch"
    assert await version_of(server) == 5


async def test_an_empty_list_has_version_zero(server: StrictServer, listing: ChargePoint):
    await send(server, 5, entry("A"))
    await send(server, 6)

    assert await version_of(server) == 0


@pytest.mark.parametrize(
    "too_much",
    [
        [entry("A"), entry("B"), entry("C")],
        [entry("A"), entry("a")],
        [entry("A", None)],
    ],
)
async def test_more_than_it_takes_or_what_makes_no_sense_fails_whole(
    server: StrictServer, make: MakeChargePoint, too_much: list[dict[str, Any]]
):
    charge_point = make(local_list=True, configuration={"SendLocalListMaxLength": "2"})
    await charge_point.connect()

    assert await send(server, 1, *too_much) == "Failed"
    assert await version_of(server) == 0


async def test_more_than_it_has_room_for_fails(server: StrictServer, make: MakeChargePoint):
    charge_point = make(local_list=True, configuration={"LocalAuthListMaxLength": "1"})
    await charge_point.connect()
    await send(server, 1, entry("A"))

    assert await send(server, 2, entry("B"), kind="Differential") == "Failed"


async def test_a_list_that_is_off_is_not_supported(server: StrictServer, listing: ChargePoint):
    await server.call("ChangeConfiguration", {"key": "LocalAuthListEnabled", "value": "false"})

    assert await send(server, 1, entry("A")) == "NotSupported"
    assert await version_of(server) == -1


@pytest.mark.parametrize("status", ["Failed", "NotSupported", "VersionMismatch"])
async def test_its_answer_can_be_dictated(server: StrictServer, listing: ChargePoint, status: str):
    listing.behaviour.local_list_answer = status

    assert await send(server, 1, entry("A")) == status
    assert len(listing.cards.local_list) == 0


async def test_without_a_list_it_says_so(server: StrictServer, cp: ChargePoint):
    with pytest.raises(CallError) as refused:
        await send(server, 1)
    names = await server.call("GetConfiguration", {"key": ["SupportedFeatureProfiles", "LocalAuthListMaxLength"]})

    assert refused.value.code == "NotSupported"
    assert names["unknownKey"] == ["LocalAuthListMaxLength"]
    assert "LocalAuthList" not in names["configurationKey"][0]["value"]


async def test_a_listed_card_charges_without_a_line_and_is_reported_later(server: StrictServer, listing: ChargePoint):
    await send(server, 1, entry("CARD", parentIdTag="HOME"), entry("WIFE", parentIdTag="HOME"))
    await listing.drop_line()
    server.calls.clear()

    await listing.plug_in()
    accepted = await listing.present_card("card")
    charging = listing.state().status
    stopped = await listing.present_card("WIFE")
    await listing.connect()

    assert (accepted, charging, stopped) == (True, "Charging", True)
    assert server.actions() == ["StartTransaction", "StopTransaction"]
    assert server.bodies("StopTransaction")[0]["idTag"] == "WIFE"


@pytest.mark.parametrize(
    ("listed", "configuration"),
    [
        ([], KNOWN_ONLY),
        ([entry("CARD", "Blocked")], {}),
        ([entry("CARD", expiryDate="2020-01-01T00:00:00Z")], {}),
        ([entry("CARD")], KNOWN_ONLY | {"LocalAuthorizeOffline": "false"}),
    ],
)
async def test_without_a_line_a_card_that_is_not_good_starts_nothing(
    server: StrictServer, make: MakeChargePoint, listed: list[dict[str, Any]], configuration: dict[str, str]
):
    charge_point = make(local_list=True, configuration=configuration)
    await charge_point.connect()
    await send(server, 1, *listed)
    await charge_point.drop_line()

    await charge_point.plug_in()

    assert not await charge_point.present_card("CARD")
    assert charge_point.queued == 0


async def test_a_listed_card_is_not_asked_about_where_the_list_may_say_yes_first(
    server: StrictServer, listing: ChargePoint
):
    await send(server, 1, entry("CARD"), entry("BAD", "Blocked"))
    await server.call("ChangeConfiguration", {"key": "LocalPreAuthorize", "value": "true"})
    await listing.plug_in()

    await listing.present_card("BAD")
    await listing.press_stop()
    await listing.present_card("CARD")

    assert [body["idTag"] for body in server.bodies("Authorize")] == ["BAD"]
    assert [body["idTag"] for body in server.bodies("StartTransaction")] == ["BAD", "CARD"]


async def test_a_cache_remembers_what_the_server_said_until_it_is_cleared(server: StrictServer, make: MakeChargePoint):
    charge_point = make(authorization_cache=True, configuration=KNOWN_ONLY)
    await charge_point.connect()
    await charge_point.present_card("CARD")
    said = charge_point.answers("Authorize")[-1].payload
    await charge_point.drop_line()
    remembered = await charge_point.present_card("CARD")

    await charge_point.connect()
    cleared = await server.call("ClearCache", {})
    await charge_point.drop_line()
    forgotten = not await charge_point.present_card("CARD")

    assert said == {"idTagInfo": {"status": "Accepted"}}
    assert (remembered, cleared, forgotten) == (True, {"status": "Accepted"}, True)
