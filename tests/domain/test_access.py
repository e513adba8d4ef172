"""The table of roles and actions says what api.md says."""

import pytest

from homecharge.domain.access import (
    Action,
    MemberRole,
    is_allowed,
    is_session_shown,
    lowest_role,
    may_see_session,
    may_stop_session,
    permissions,
    require,
)
from homecharge.domain.errors import Forbidden
from homecharge.domain.session_state import Kind

EVERYONE = {
    Action.VIEW_LOCATION,
    Action.VIEW_OWN_SESSIONS,
    Action.BOOST,
    Action.EDIT_OWN_SCHEDULES,
    Action.STOP_OWN_SESSIONS,
    Action.STOP_PLUG_IN_SESSIONS,
    Action.PUT_STATE_OF_CHARGE,
    Action.POST_SURPLUS,
}
OWNER_ONLY = {
    Action.ADD_CHARGERS,
    Action.REMOVE_CHARGERS,
    Action.EDIT_ADMINS,
    Action.TRANSFER_LOCATION,
    Action.DELETE_LOCATION,
}


@pytest.mark.parametrize(
    ("role", "expected"),
    [(MemberRole.USER, EVERYONE), (MemberRole.ADMIN, set(Action) - OWNER_ONLY), (MemberRole.OWNER, set(Action))],
)
def test_a_role_may_do_what_the_contract_lists(role: MemberRole, expected: set[Action]):
    allowed = permissions(role)

    assert set(allowed) == expected
    assert len(allowed) == len(expected)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", MemberRole)
def test_a_refusal_names_the_least_role_that_may(role: MemberRole, action: Action):
    if is_allowed(role, action):
        require(role, action)
        return

    with pytest.raises(Forbidden) as refused:
        require(role, action)

    assert refused.value.data == {"needs_role": lowest_role(action).value}
    assert is_allowed(lowest_role(action), action)


@pytest.mark.parametrize(
    ("role", "is_own", "expected"),
    [
        (MemberRole.USER, True, True),
        (MemberRole.USER, False, False),
        (MemberRole.ADMIN, False, True),
        (MemberRole.OWNER, False, True),
    ],
)
def test_a_user_sees_only_their_own_sessions(role: MemberRole, *, is_own: bool, expected: bool):
    assert may_see_session(role, is_own=is_own) is expected


@pytest.mark.parametrize(
    ("role", "is_own", "kind", "expected"),
    [
        (MemberRole.USER, True, Kind.BOOST, True),
        (MemberRole.USER, False, Kind.BOOST, False),
        (MemberRole.USER, False, Kind.CARD, False),
        (MemberRole.USER, False, Kind.PLUG_IN, True),
        (MemberRole.ADMIN, False, Kind.MANUAL, True),
        (MemberRole.OWNER, False, Kind.CARD, True),
    ],
)
def test_anybody_may_stop_their_own_session_or_a_plug_in(role: MemberRole, *, is_own: bool, kind: Kind, expected: bool):
    assert may_stop_session(role, is_own=is_own, kind=kind) is expected


@pytest.mark.parametrize(
    ("role", "is_own", "kind", "expected"),
    [
        (MemberRole.USER, True, Kind.BOOST, True),
        (MemberRole.USER, False, Kind.BOOST, False),
        (MemberRole.USER, False, Kind.PLUG_IN, True),
        (MemberRole.ADMIN, False, Kind.BOOST, True),
    ],
)
def test_what_one_may_stop_one_is_shown(role: MemberRole, *, is_own: bool, kind: Kind, expected: bool):
    assert is_session_shown(role, is_own=is_own, kind=kind) is expected
