"""Accounts, homes, and pages of their History."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from homecharge.domain.access import Action, MemberRole
from homecharge.domain.accounts import Account, Role, normalised_email
from homecharge.domain.devices import Device
from homecharge.domain.history import Filters, Scope
from homecharge.domain.homes import Location
from homecharge.domain.pages import Keyset, Page
from tests.domain.builders import at


@pytest.mark.parametrize("typed", ["ada@example.com", " Ada@Example.COM ", "ADA@EXAMPLE.COM\n"])
def test_a_mailbox_has_one_spelling(typed: str):
    assert normalised_email(typed) == "ada@example.com"


def test_agents_and_operators_see_other_peoples_things():
    assert [role for role in Role if role.is_staff] == [Role.SUPPORT, Role.OPERATOR]


@pytest.mark.parametrize(("role", "may_add"), [(MemberRole.OWNER, True), (MemberRole.ADMIN, False)])
def test_a_location_tells_its_member_what_they_may_do(role: MemberRole, *, may_add: bool):
    home = Location(
        id="home",
        name="Home",
        country="GB",
        time_zone="Europe/London",
        currency="GBP",
        my_role=role,
        revision=1,
        created_at=at("18:00"),
        updated_at=at("18:00"),
    )

    assert Action.BOOST in home.permissions
    assert (Action.ADD_CHARGERS in home.permissions) is may_add


def test_a_page_without_a_word_is_the_first_and_asks_for_everything_of_everyone():
    assert Keyset().after is None
    assert Page(items=("a",), next=None).next is None
    assert Filters() == Filters(charger_ids=(), statuses=(), since=None)
    assert Scope("home").driver_id is None


def test_an_address_is_verified_once_a_mail_to_it_was_answered():
    at = datetime(2026, 11, 20, tzinfo=UTC)
    ada = Account(
        id="a",
        email="ada@example.org",
        name="Ada",
        locale="en",
        role=Role.DRIVER,
        revision=1,
        created_at=at,
        updated_at=at,
    )

    assert not ada.is_email_verified
    assert replace(ada, email_verified_at=at).is_email_verified


def test_a_device_may_have_no_name():
    noon = at("12:00")

    device = Device(id="d", name=None, created_at=noon, last_used_at=noon, is_current=True)

    assert (device.name, device.is_current) == (None, True)
