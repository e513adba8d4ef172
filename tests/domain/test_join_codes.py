"""Joining codes: typed by people, and open for a while."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homecharge.domain.access import Action, MemberRole
from homecharge.domain.join_codes import CODE_BITS, JoinCode, find_join_code, inviting, join_code

NOW = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)
CODE = JoinCode(
    id="id",
    location_id="home",
    code="K7Q29-MXP4T",
    role=MemberRole.USER,
    uses=2,
    used=1,
    expires_at=NOW + timedelta(days=1),
    revoked_at=None,
    created_by="ada",
    created_at=NOW,
)


@given(st.integers(0, 2**CODE_BITS - 1))
def test_a_code_is_found_however_it_was_typed(number: int):
    written = join_code(number)

    first, last = written.split("-")
    assert (len(first), len(last)) == (5, 5)
    assert find_join_code(f" {written.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} ") == written


@given(st.integers(0, 2**CODE_BITS - 1))
def test_a_code_with_a_wrong_check_is_none(number: int):
    written = join_code(number)
    wrong = "A" if written[-1] != "A" else "B"

    assert find_join_code(written[:-1] + wrong) is None


@pytest.mark.parametrize(
    ("changes", "later", "expected"),
    [
        ({}, timedelta(0), True),
        ({}, timedelta(days=1), False),
        ({"used": 2}, timedelta(0), False),
        ({"revoked_at": NOW}, timedelta(0), False),
    ],
)
def test_a_code_is_open_until_it_expires_is_used_up_or_revoked(
    changes: dict[str, object], later: timedelta, *, expected: bool
):
    code = dataclasses.replace(CODE, **changes)  # type: ignore[arg-type]  # whatever the case says

    assert code.is_open(now=NOW + later) is expected


def test_only_who_may_edit_admins_invites_one():
    assert inviting(MemberRole.USER) is Action.EDIT_JOIN_CODES
    assert inviting(MemberRole.ADMIN) is Action.EDIT_ADMINS
