"""Members of a home, and who may take them out of it."""

import pytest

from homecharge.domain.access import Action, MemberRole
from homecharge.domain.members import removing


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (MemberRole.USER, Action.EDIT_MEMBERS),
        (MemberRole.ADMIN, Action.EDIT_ADMINS),
        (MemberRole.OWNER, Action.EDIT_ADMINS),
    ],
)
def test_an_admin_is_taken_out_by_those_who_may_edit_admins(role: MemberRole, expected: Action):
    assert removing(role) is expected
