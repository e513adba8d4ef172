"""Members of a home: roles change, and the home is handed over."""

import pytest
from sqlalchemy import select

from homecharge.domain.access import MemberRole
from homecharge.domain.auditing import AuditFilters
from homecharge.domain.errors import Invalid, NotFound
from homecharge.domain.pages import Keyset
from homecharge.ports.units import Db
from homecharge.services.auditing import list_audit
from homecharge.services.joining import get_code, make_code
from homecharge.services.members import OwnerStays, change_role, get_member, list_members, transfer
from homecharge.storage.database import Database
from homecharge.storage.models import Member
from tests.homes import NOW, join, make_home, sign_up
from tests.services.test_joining import DAY

LATER = NOW + DAY


class Scene:
    """Ada's home, where Ben is an admin and Cleo a user."""

    def __init__(self, db: Db) -> None:
        self.ada, self.ben, self.cleo = (sign_up(db, name) for name in ("Ada", "Ben", "Cleo"))
        self.home = make_home(db, self.ada)
        join(db, self.home, self.ben, MemberRole.ADMIN)
        join(db, self.home, self.cleo, MemberRole.USER)

    def roles(self, db: Db) -> dict[str, str]:
        rows = db.execute(select(Member.account_id, Member.role).where(Member.location_id == self.home.id))
        names = {each.account_id: each.name for each in (self.ada, self.ben, self.cleo)}
        return {names[row.account_id]: row.role for row in rows}


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as db:
        return Scene(db)


def test_members_see_each_other_page_by_page(database: Database, scene: Scene):
    with database.read() as db:
        first = list_members(db, scene.home, Keyset(limit=2), caller=scene.cleo)
        rest = list_members(db, scene.home, Keyset(limit=2, after=first.next), caller=scene.cleo)

    shown = [(member.name, member.role, member.is_me) for member in (*first.items, *rest.items)]
    assert shown == [
        ("Ada", MemberRole.OWNER, False),
        ("Ben", MemberRole.ADMIN, False),
        ("Cleo", MemberRole.USER, True),
    ]


def test_another_role_is_a_revision_and_the_same_one_is_none(database: Database, scene: Scene):
    with database.write() as db:
        cleo = get_member(db, scene.home.id, scene.cleo.account_id)
        raised = change_role(db, cleo, MemberRole.ADMIN, caller=scene.ada, now=LATER)
        same = change_role(db, raised, MemberRole.ADMIN, caller=scene.ada, now=LATER + DAY)

    assert (raised.role, raised.revision, raised.created_at, raised.updated_at) == (MemberRole.ADMIN, 2, NOW, LATER)
    assert same == raised


def test_what_an_admin_knew_of_codes_is_worth_nothing_to_a_user(database: Database, scene: Scene):
    with database.write() as db:
        make_code(db, scene.home, role=MemberRole.USER, uses=9, lasting=DAY, caller=scene.ben, now=NOW)
        ben = get_member(db, scene.home.id, scene.ben.account_id)

        change_role(db, ben, MemberRole.USER, caller=scene.ada, now=NOW)

        with pytest.raises(NotFound):
            get_code(db, scene.home, role=MemberRole.USER, now=NOW)


def test_the_owners_role_is_not_changed_but_handed_over(database: Database, scene: Scene):
    with database.write() as db:
        ada = get_member(db, scene.home.id, scene.ada.account_id)
        with pytest.raises(OwnerStays):
            change_role(db, ada, MemberRole.USER, caller=scene.ada, now=NOW)

        unchanged = transfer(db, scene.home, scene.ada.account_id, caller=scene.ada, now=NOW)
        handed = transfer(db, scene.home, scene.cleo.account_id, caller=scene.ada, now=NOW)

        assert (unchanged.my_role, handed.my_role) == (MemberRole.OWNER, MemberRole.ADMIN)
        assert scene.roles(db) == {"Ada": "admin", "Ben": "admin", "Cleo": "owner"}


def test_what_an_owner_knew_of_codes_for_admins_is_worth_nothing_once_the_home_is_handed_over(
    database: Database, scene: Scene
):
    with database.write() as db:
        for role in (MemberRole.USER, MemberRole.ADMIN):
            make_code(db, scene.home, role=role, uses=1, lasting=DAY, caller=scene.ada, now=NOW)

        transfer(db, scene.home, scene.cleo.account_id, caller=scene.ada, now=NOW)

        assert get_code(db, scene.home, role=MemberRole.USER, now=NOW).role is MemberRole.USER
        with pytest.raises(NotFound):
            get_code(db, scene.home, role=MemberRole.ADMIN, now=NOW)


def test_a_home_is_handed_over_to_members_only(database: Database, scene: Scene):
    with database.write() as db:
        stranger = sign_up(db, "Dora")

        with pytest.raises(Invalid) as refused:
            transfer(db, scene.home, stranger.account_id, caller=scene.ada, now=NOW)

    assert list(refused.value.errors) == ["driver_id"]


def test_the_audit_log_tells_of_each_role(database: Database, scene: Scene):
    with database.write() as db:
        change_role(db, get_member(db, scene.home.id, scene.ben.account_id), MemberRole.USER, caller=scene.ada, now=NOW)
        transfer(db, scene.home, scene.cleo.account_id, caller=scene.ada, now=LATER)

        entries = list_audit(db, AuditFilters(actions=("member.role",)), Keyset()).items

    told = {(entry.target.id, entry.detail["from"], entry.detail["to"]) for entry in entries}
    assert told == {
        (scene.ben.account_id, "admin", "user"),
        (scene.ada.account_id, "owner", "admin"),
        (scene.cleo.account_id, "user", "owner"),
    }
    assert {(entry.actor_name, entry.location_id) for entry in entries} == {("Ada", scene.home.id)}
