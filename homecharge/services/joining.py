"""Joining a home: codes are made, shown, ended, looked at before they are used, and used."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.errors import Invalid, NotFound, Refused
from homecharge.domain.homes import Location
from homecharge.domain.join_codes import CODE_BITS, JoinCode, find_join_code, join_code
from homecharge.domain.members import MOST_MEMBERS
from homecharge.ports.units import Db
from homecharge.services import auditing
from homecharge.services.locations import describe_location
from homecharge.storage.queries import homes, members
from homecharge.storage.queries import join_codes as queries
from homecharge.storage.queries.accounts import read_names
from homecharge.storage.queries.card_locks import lock_home
from homecharge.storage.types import new_id


class JoinCodeNotValid(NotFound):
    """There is no such code, or it has expired, is used up or was revoked: guessing is not told which."""

    code = "join_code_not_valid"
    title = "This joining code is not valid, or not any more; ask for a new one"
    advice = "Let the person type it again or ask for a new one; do not try again by yourself."


class HomeFull(Refused):
    """The home has as many members as it may have; `limit` says how many."""

    code = "too_many_members"
    title = f"A home has at most {MOST_MEMBERS} members; somebody has to leave first"
    advice = "Tell the person to ask the home's owner."


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a code opens, told to somebody who may not be a member yet: no more than is needed to recognise the home.

    `role` is the one that the code gives, or that a member has already. `location_id` is told to members.
    """

    code: str
    location_id: str | None
    location_name: str
    owner_name: str
    role: MemberRole
    is_member: bool
    expires_at: datetime


def make_code(
    db: Db, location: Location, *, role: MemberRole, uses: int, lasting: timedelta, caller: Caller, now: datetime
) -> JoinCode:
    """A new code for a home read with `for_update`; the one before for this role ends."""
    queries.revoke_codes(db, location.id, role=role, now=now)
    made = JoinCode(
        id=new_id(),
        location_id=location.id,
        code=join_code(secrets.randbits(CODE_BITS)),
        role=role,
        uses=uses,
        used=0,
        expires_at=now + lasting,
        revoked_at=None,
        created_by=caller.account_id,
        created_at=now,
    )
    queries.add_code(db, made)
    _note(db, "join_code.made", Target("join_code", made.id), location.id, caller=caller, role=role, now=now)
    return made


def get_code(db: Db, location: Location, *, role: MemberRole, now: datetime) -> JoinCode:
    """The code with which people join a home in this role. Raises NotFound where none is open."""
    found = queries.find_open_code(db, location.id, role, now=now)
    if found is None:
        raise NotFound("There is no joining code for this role at present.")
    return found


def revoke_code(db: Db, location: Location, *, role: MemberRole, caller: Caller, now: datetime) -> None:
    """End the code of a home read with `for_update`. Raises NotFound where none is open."""
    found = get_code(db, location, role=role, now=now)
    queries.revoke_codes(db, location.id, role=role, now=now)
    _note(db, "join_code.revoked", Target("join_code", found.id), location.id, caller=caller, role=role, now=now)


def preview(db: Db, text: str, *, caller: Caller, now: datetime) -> Invitation:
    """What a code opens. Raises Invalid for what cannot be a code, JoinCodeNotValid."""
    code, role = _find(db, text, caller=caller, now=now)
    owner = homes.find_owner(db, code.location_id)
    return Invitation(
        code=code.code,
        location_id=None if role is None else code.location_id,
        location_name=homes.get_name(db, code.location_id),
        owner_name=read_names(db, [owner]).get(owner, "") if owner else "",
        role=role or code.role,
        is_member=role is not None,
        expires_at=code.expires_at,
    )


def join(db: Db, text: str, *, caller: Caller, now: datetime) -> Location:
    """Become a member of the home that a code opens; who is one already stays what they are, and uses nothing up.

    Raises Invalid for what cannot be a code, JoinCodeNotValid, HomeFull.
    """
    location_id = _find(db, text, caller=caller, now=now)[0].location_id
    lock_home(db, location_id)
    code, role = _find(db, text, caller=caller, now=now)  # what has become of it until the home was locked
    if role is None:
        if members.count_members(db, location_id) >= MOST_MEMBERS:
            raise HomeFull(limit=MOST_MEMBERS)
        members.add_member(db, location_id, caller.account_id, code.role, now=now)
        queries.count_use(db, code)
        who = Target("account", caller.account_id)
        _note(db, "member.joined", who, location_id, caller=caller, role=code.role, now=now)
    return describe_location(db, location_id, caller=caller, now=now)


def _find(db: Db, text: str, *, caller: Caller, now: datetime) -> tuple[JoinCode, MemberRole | None]:
    """A code and the caller's role at its home. One that is over still says to those who are in that they are."""
    spelled = find_join_code(text)
    if spelled is None:
        raise Invalid(errors={"code": ["Not a joining code: look at each character again."]})
    code = queries.find_code(db, spelled)
    if code is None:
        raise JoinCodeNotValid
    member = members.find_member(db, code.location_id, caller.account_id)
    if member is None and not code.is_open(now=now):
        raise JoinCodeNotValid
    return code, None if member is None else member.role


def _note(
    db: Db, action: str, target: Target, location_id: str, *, caller: Caller, role: MemberRole, now: datetime
) -> None:
    actor, detail = caller.account_id, {"role": role.value}
    auditing.note(db, action, actor_id=actor, target=target, location_id=location_id, detail=detail, now=now)
