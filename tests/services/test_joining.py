"""Joining a home with a code."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import AuditFilters
from homecharge.domain.errors import Invalid, NotFound
from homecharge.domain.join_codes import JoinCode
from homecharge.domain.members import MOST_MEMBERS
from homecharge.domain.pages import Keyset
from homecharge.ports.units import Db
from homecharge.services.auditing import list_audit
from homecharge.services.joining import (
    HomeFull,
    JoinCodeNotValid,
    get_code,
    join,
    make_code,
    preview,
    revoke_code,
)
from homecharge.services.locations import remove_location
from homecharge.storage.database import Database
from homecharge.storage.models import Account, JoinCodeRow, Member
from tests.homes import NOW, make_home, sign_up

DAY = timedelta(days=1)


class Scene:
    """Ada's home, and Ben, who wants in."""

    def __init__(self, db: Db) -> None:
        self.ada, self.ben = sign_up(db, "Ada"), sign_up(db, "Ben")
        self.home = make_home(db, self.ada)

    def make(self, db: Db, role: MemberRole = MemberRole.USER, *, uses: int = 1) -> JoinCode:
        return make_code(db, self.home, role=role, uses=uses, lasting=DAY, caller=self.ada, now=NOW)

    def role_of(self, db: Db, who: Caller) -> str | None:
        of = (Member.location_id == self.home.id, Member.account_id == who.account_id)
        role: str | None = db.scalar(select(Member.role).where(*of))
        return role


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as db:
        return Scene(db)


@pytest.mark.parametrize("role", [MemberRole.USER, MemberRole.ADMIN])
def test_a_code_shows_what_it_opens_and_opens_it_at_once(database: Database, scene: Scene, role: MemberRole):
    with database.write() as db:
        code = scene.make(db, role)

        seen = preview(db, code.code.lower(), caller=scene.ben, now=NOW)
        joined = join(db, code.code, caller=scene.ben, now=NOW)

    assert (seen.location_name, seen.owner_name, seen.role, seen.is_member) == ("Home", "Ada", role, False)
    assert (seen.location_id, seen.expires_at) == (None, NOW + DAY)
    assert (joined.id, joined.my_role) == (scene.home.id, role)


def test_who_is_in_already_stays_what_they_are_and_uses_nothing_up(database: Database, scene: Scene):
    with database.write() as db:
        code = scene.make(db, MemberRole.ADMIN)

        of_the_owner = join(db, code.code, caller=scene.ada, now=NOW)
        first = join(db, code.code, caller=scene.ben, now=NOW)
        again = join(db, code.code, caller=scene.ben, now=NOW + 2 * DAY)
        seen = preview(db, code.code, caller=scene.ben, now=NOW)

        used = db.scalar(select(JoinCodeRow.used))
    assert (of_the_owner.my_role, first.my_role, used) == (MemberRole.OWNER, MemberRole.ADMIN, 1)
    assert again == first
    assert (seen.is_member, seen.location_id) == (True, scene.home.id)


def test_every_code_that_opens_nothing_is_told_alike(database: Database, scene: Scene):
    with database.write() as db:
        cleo, later = sign_up(db, "Cleo"), NOW + 2 * DAY
        revoked = scene.make(db).code
        used_up = scene.make(db).code
        join(db, used_up, caller=scene.ben, now=NOW)
        replaced, expired = scene.make(db).code, scene.make(db).code
        gone = make_home(db, scene.ada)
        of_no_home = make_code(db, gone, role=MemberRole.USER, uses=1, lasting=9 * DAY, caller=scene.ada, now=NOW).code
        remove_location(db, gone, now=NOW)

        told = set()
        for code in (revoked, used_up, replaced, expired, of_no_home, "00000-00000"):
            for ask in (preview, join):
                with pytest.raises(JoinCodeNotValid) as refused:
                    ask(db, code, caller=cleo, now=later)
                told.add((refused.value.code, refused.value.detail, str(refused.value.data)))
    assert len(told) == 1


def test_a_mistyped_code_is_a_wrong_field(database: Database, scene: Scene):
    with pytest.raises(Invalid) as refused, database.write() as db:
        join(db, "K7Q29-MXP4A", caller=scene.ben, now=NOW)

    assert list(refused.value.errors) == ["code"]


def test_there_is_one_open_code_for_each_role(database: Database, scene: Scene):
    with database.write() as db:
        first, of_admins, second = scene.make(db), scene.make(db, MemberRole.ADMIN), scene.make(db, uses=3)

        assert get_code(db, scene.home, role=MemberRole.USER, now=NOW) == second
        assert get_code(db, scene.home, role=MemberRole.ADMIN, now=NOW) == of_admins
        with pytest.raises(JoinCodeNotValid):
            join(db, first.code, caller=scene.ben, now=NOW)


def test_a_revoked_code_is_gone(database: Database, scene: Scene):
    with database.write() as db:
        code = scene.make(db)

        revoke_code(db, scene.home, role=MemberRole.USER, caller=scene.ada, now=NOW)

        with pytest.raises(NotFound):
            get_code(db, scene.home, role=MemberRole.USER, now=NOW)
        with pytest.raises(NotFound):
            revoke_code(db, scene.home, role=MemberRole.USER, caller=scene.ada, now=NOW)
        with pytest.raises(JoinCodeNotValid):
            preview(db, code.code, caller=scene.ben, now=NOW)


def test_a_full_home_takes_nobody(database: Database, scene: Scene):
    with database.write() as db:
        code = scene.make(db)
        account = db.execute(select(Account.__table__).where(Account.id == scene.ben.account_id)).one()._asdict()
        others = [f"00000000-0000-7000-8000-{n:012}" for n in range(MOST_MEMBERS - 1)]
        db.execute(insert(Account), [account | {"id": other, "email": other} for other in others])
        rows = [{"location_id": scene.home.id, "account_id": o, "role": "user", "joined_at": NOW} for o in others]
        db.execute(insert(Member), rows)

        with pytest.raises(HomeFull):
            join(db, code.code, caller=scene.ben, now=NOW)


def test_of_many_who_use_the_last_of_a_code_one_is_in(database: Database, scene: Scene):
    with database.write() as db:
        code = scene.make(db).code
        people = [sign_up(db, f"Guest{n}") for n in range(4)]

    def try_it(who: Caller) -> bool:
        try:
            with database.write() as db:
                join(db, code, caller=who, now=NOW)
        except JoinCodeNotValid:
            return False
        return True

    with ThreadPoolExecutor(len(people)) as threads:
        are_in = list(threads.map(try_it, people))

    with database.read() as db:
        assert [scene.role_of(db, who) is not None for who in people] == are_in
    assert are_in.count(True) == 1


def test_the_audit_log_tells_who_let_whom_in_without_the_code(database: Database, scene: Scene):
    with database.write() as db:
        code = scene.make(db).code
        join(db, code, caller=scene.ben, now=NOW)
        scene.make(db)
        revoke_code(db, scene.home, role=MemberRole.USER, caller=scene.ada, now=NOW)

        entries = list_audit(db, AuditFilters(), Keyset()).items
    told = [(entry.action, entry.actor_name) for entry in entries]
    assert sorted(told) == [
        ("join_code.made", "Ada"),
        ("join_code.made", "Ada"),
        ("join_code.revoked", "Ada"),
        ("member.joined", "Ben"),
    ]
    assert code not in str(entries)
    assert {entry.location_id for entry in entries} == {scene.home.id}
