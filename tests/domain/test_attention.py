"""What the people of a home should look at."""

import dataclasses
import string
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.access import MemberRole
from homecharge.domain.attention import (
    LONG_OFFLINE,
    REFUSED,
    SOON,
    Attention,
    AttentionAction,
    AttentionCode,
    Remedy,
    Severity,
    in_order,
    of_charger,
    of_location,
    of_outlook,
    telling_check,
)
from homecharge.domain.charger_state import ConnectorStatus, LastRefusal, StartMode
from homecharge.domain.chargers import NEVER_CONNECTED, ChargerDetails, Connection, ConnectorView
from homecharge.domain.homes import Location
from homecharge.domain.occurrences import Occurrence
from homecharge.domain.outlook import Check, CheckState, Outlook, Verdict
from homecharge.domain.rejections import ActionKind, Code, Rejection
from homecharge.domain.tariff_specs import TariffInBrief
from homecharge.domain.texts import DEFAULT, ENGLISH
from homecharge.domain.texts.catalogue import Language
from homecharge.domain.texts.values import Reader
from homecharge.domain.wording_attention import attention_text
from tests.domain.builders import MIDNIGHT as NOW
from tests.domain.builders import session

HOME = Location(
    id="home",
    name="Home",
    country="GB",
    time_zone="Europe/London",
    currency="GBP",
    my_role=MemberRole.OWNER,
    revision=1,
    created_at=NOW - timedelta(days=9),
    updated_at=NOW,
    tariff=TariffInBrief(id="tariff", name="Night", currency="GBP", kind="flat"),
)
ONLINE = Connection(
    first_seen_at=NOW - timedelta(days=8),
    last_seen_at=NOW - timedelta(minutes=9),
    connected_at=NOW - timedelta(hours=5),
    protocol="ocpp1.6",
    last_refusal=None,
)
READER = Reader(language=DEFAULT, zone=ZoneInfo("Europe/London"), now=NOW)
REFUSAL = LastRefusal(NOW - timedelta(minutes=3), "wrong_password")


def charger(
    connection: Connection = ONLINE, *views: ConnectorView, role: MemberRole = MemberRole.OWNER
) -> ChargerDetails:
    return ChargerDetails(
        id="charger",
        location_id="home",
        identity="CP1",
        name="Drive",
        vendor=None,
        model=None,
        serial_number=None,
        firmware_version=None,
        connection=connection,
        capabilities={},
        proposed_start_mode=None,
        start_mode=StartMode.CONTROLLED,
        my_role=role,
        country="GB",
        time_zone="Europe/London",
        revision=1,
        restricted_hours_revision=1,
        created_at=NOW - timedelta(days=9),
        updated_at=NOW,
        station=None,
        connectors=views or (ConnectorView(id=1),),
        active_session=None,
    )


def said(state: ConnectorStatus, *, stale: bool = False, error_code: str | None = None) -> ConnectorView:
    return ConnectorView(id=1, state=state, error_code=error_code, reported_at=NOW, stale=stale)


def gone(ago: timedelta, refusal: LastRefusal | None = None) -> Connection:
    return dataclasses.replace(ONLINE, connected_at=None, last_seen_at=NOW - ago, last_refusal=refusal)


@pytest.mark.parametrize(
    ("connection", "code", "severity", "variant", "since", "kind"),
    [
        (NEVER_CONNECTED, "never_connected", "warning", None, NOW - timedelta(days=9), "connect_charger"),
        (
            dataclasses.replace(NEVER_CONNECTED, last_refusal=REFUSAL),
            *("never_connected", "error", REFUSED, NOW - timedelta(days=9), "connect_charger"),
        ),
        (gone(timedelta(minutes=1)), "offline", "warning", None, NOW - timedelta(minutes=1), "check_wifi"),
        (gone(LONG_OFFLINE), "offline", "error", None, NOW - LONG_OFFLINE, "check_wifi"),
        (
            gone(timedelta(minutes=1), REFUSAL),
            *("offline", "error", REFUSED, NOW - timedelta(minutes=1), "connect_charger"),
        ),
    ],
)
def test_a_charger_without_a_line_needs_a_hand(
    connection: Connection, code: str, severity: str, variant: str | None, since: datetime, kind: str
):
    [found] = of_charger(charger(connection, said(ConnectorStatus.FAULTED)), now=NOW)

    assert (found.code, found.severity, found.variant, found.since) == (code, severity, variant, since)
    assert found.action == AttentionAction(kind, "charger")  # type: ignore[arg-type]  # kinds are texts


def test_a_charger_that_was_never_heard_of_is_not_long_offline():
    [found] = of_charger(charger(dataclasses.replace(gone(timedelta(0)), last_seen_at=None)), now=NOW)

    assert (found.severity, found.since) == (Severity.WARNING, None)


@pytest.mark.parametrize(
    ("view", "code", "kind", "error_code"),
    [
        (said(ConnectorStatus.FAULTED, error_code="GroundFailure"), "faulted", "restart_charger", "GroundFailure"),
        (said(ConnectorStatus.FAULTED, error_code="NoError"), "faulted", "restart_charger", None),
        (said(ConnectorStatus.UNAVAILABLE), "unavailable", "contact_support", None),
    ],
)
def test_a_charger_says_what_is_wrong_with_it(view: ConnectorView, code: str, kind: str, error_code: str | None):
    [found] = of_charger(charger(ONLINE, view), now=NOW)

    assert (found.code, found.severity, found.since) == (code, Severity.ERROR, NOW)
    assert found.action == AttentionAction(kind, "charger")  # type: ignore[arg-type]  # kinds are texts
    assert found.params["error_code"] == error_code


def test_the_charger_as_a_whole_counts_like_its_connectors():
    whole = dataclasses.replace(charger(), station=said(ConnectorStatus.FAULTED))

    assert [found.code for found in of_charger(whole, now=NOW)] == [AttentionCode.FAULTED]


@pytest.mark.parametrize("view", [said(ConnectorStatus.PREPARING), said(ConnectorStatus.FAULTED, stale=True)])
def test_a_charger_that_is_well_or_has_not_said_needs_nothing(view: ConnectorView):
    assert list(of_charger(charger(ONLINE, view), now=NOW)) == []


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (MemberRole.OWNER, [Remedy.ADD_CHARGER, ActionKind.ADD_TARIFF]),
        (MemberRole.ADMIN, [None, ActionKind.ADD_TARIFF]),
        (MemberRole.USER, [None, None]),
    ],
)
def test_what_a_home_lacks_is_for_those_to_mend_who_may(role: MemberRole, kinds: list[object]):
    bare = dataclasses.replace(HOME, tariff=None, my_role=role)

    found = list(of_location(bare, has_chargers=False))

    assert [each.code for each in found] == [AttentionCode.NO_CHARGER, AttentionCode.NO_TARIFF]
    assert [each.action and each.action.kind for each in found] == kinds
    assert list(of_location(HOME, has_chargers=True)) == []


def outlook(verdict: Verdict, *checks: Check) -> Outlook:
    return Outlook(verdict, session(), checks)


def firing(ahead: timedelta, ready_by: datetime | None = None) -> Occurrence:
    return Occurrence(
        id="occurrence",
        schedule_id="schedule",
        timing_revision=1,
        local_date=NOW.date(),
        round=1,
        starts_at=NOW + ahead,
        ready_by=ready_by,
        window_start=NOW,
        window_end=NOW + timedelta(days=1),
        last_feasible_start=NOW + timedelta(days=1),
        clock_note=None,
        skipped_at=None,
        skipped_by=None,
        decided_at=None,
        wake_at=None,
        override=None,
        created_at=NOW,
        updated_at=NOW,
    )


def fails(code: Code) -> Check:
    return Check(code, CheckState.FAILS, Rejection(code=code), NOW)


UNKNOWN = Check("car_unplugged", CheckState.UNKNOWN, None, None)
FINE = Check("charger_offline", CheckState.OK, None, None)


@pytest.mark.parametrize(
    ("found", "code", "severity", "action"),
    [
        (
            outlook(Verdict.WILL_NOT_START, FINE, fails(Code.CAR_UNPLUGGED)),
            *("will_not_start", "error", AttentionAction(ActionKind.PLUG_IN, "charger")),
        ),
        (
            outlook(Verdict.WILL_NOT_START, fails(Code.SOLAR_UNAVAILABLE)),
            *("will_not_start", "error", AttentionAction(ActionKind.BOOST, "occurrence")),
        ),
        (outlook(Verdict.WILL_NOT_START, fails(Code.ALREADY_IN_PROGRESS)), "will_not_start", "error", None),
        (outlook(Verdict.AT_RISK, UNKNOWN), "at_risk", "warning", None),
    ],
)
def test_a_charge_that_may_fail_is_told_while_it_can_be_mended(
    found: Outlook, code: str, severity: str, action: AttentionAction | None
):
    told = of_outlook(found, charger(), firing(SOON), now=NOW)

    assert told is not None
    assert (told.code, told.severity, told.action) == (code, severity, action)
    assert (told.charger_id, told.occurrence_id, told.since) == ("charger", "occurrence", None)


@pytest.mark.parametrize(
    ("verdict", "ahead"), [(Verdict.WILL_START, timedelta(0)), (Verdict.WILL_NOT_START, SOON + timedelta(seconds=1))]
)
def test_a_charge_that_will_start_or_is_far_away_needs_nothing(verdict: Verdict, ahead: timedelta):
    assert of_outlook(outlook(verdict), charger(), firing(ahead), now=NOW) is None


def test_a_smart_charge_is_looked_at_when_it_is_to_be_ready_soon():
    failing = outlook(Verdict.WILL_NOT_START, fails(Code.CAR_UNPLUGGED))
    ready_by = NOW + SOON

    told = of_outlook(failing, charger(), firing(timedelta(0), ready_by), now=NOW)

    assert told is not None
    assert attention_text(told, READER, said="Why.").detail == "The charge that is to be ready by 12:00: Why."
    assert of_outlook(failing, charger(), firing(timedelta(0), ready_by + SOON), now=NOW) is None


@pytest.mark.parametrize(
    ("checks", "place"),
    [((FINE, UNKNOWN, fails(Code.CAR_UNPLUGGED)), 2), ((FINE, UNKNOWN), 1), ((FINE,), 0)],
)
def test_what_fails_tells_more_than_what_is_not_known(checks: tuple[Check, ...], place: int):
    assert telling_check(outlook(Verdict.AT_RISK, *checks)) == place


def attention(code: AttentionCode, severity: Severity, **given: Any) -> Attention:
    return Attention(code=code, severity=severity, since=None, location_id="home", **given)


def test_the_worst_comes_first():
    mild = attention(AttentionCode.NO_CHARGER, Severity.INFO)
    later, sooner = (attention(code, Severity.ERROR) for code in (AttentionCode.WILL_NOT_START, AttentionCode.OFFLINE))
    middling = attention(AttentionCode.OFFLINE, Severity.WARNING)

    assert in_order([mild, later, middling, sooner]) == [sooner, later, middling, mild]


@pytest.mark.parametrize("language", [ENGLISH])
def test_there_are_words_for_all_of_it_and_nothing_else(language: Language):
    refused = {f"{code}_{REFUSED}" for code in (AttentionCode.OFFLINE, AttentionCode.NEVER_CONNECTED)}

    assert set(language.attention) == set(AttentionCode) | refused
    for words in language.attention.values():
        assert words.title
        assert not [field for _, field, _, _ in string.Formatter().parse(words.detail[-1]) if field]


def test_it_is_told_in_the_homes_own_time():
    [offline] = of_charger(charger(gone(timedelta(minutes=5))), now=NOW)
    failing = attention(AttentionCode.WILL_NOT_START, Severity.ERROR, params={"starts_at": NOW + timedelta(hours=1)})

    assert attention_text(offline, READER).detail.startswith("Drive has been offline since ")
    told = attention_text(failing, READER, said="The car is not plugged in.")
    assert told.title == "The next charge will not start"
    assert told.detail.startswith("The charge at ")
    assert told.detail.endswith(": The car is not plugged in.")
