"""Who belongs to a home: see each other, change roles, hand the home over."""

import dataclasses
from datetime import datetime

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.errors import Invalid, NotFound, Refused
from homecharge.domain.homes import Location
from homecharge.domain.members import Membership, MembershipView
from homecharge.domain.pages import Keyset, Page
from homecharge.ports.units import Db
from homecharge.services import auditing
from homecharge.storage.queries import members as queries
from homecharge.storage.queries.join_codes import revoke_codes


class OwnerStays(Refused):
    """A home has an owner at all times; `location_ids` says which homes."""

    code = "must_transfer"
    title = "Hand the home over to another member first"
    advice = "Offer to hand the home over (`POST /v1/locations/{location_id}/transfer`)."


def list_members(db: Db, location: Location, keyset: Keyset, *, caller: Caller) -> Page[MembershipView]:
    """The members of a home, in the order in which they joined."""
    page = queries.list_members(db, location.id, keyset)
    return Page([view_member(member, caller=caller) for member in page.items], page.next)


def get_member(db: Db, location_id: str, driver_id: str) -> Membership:
    """A member of a home; to change it, the home is read with `for_update`. Raises NotFound."""
    member = queries.find_member(db, location_id, driver_id)
    if member is None:
        raise NotFound
    return member


def view_member(member: Membership, *, caller: Caller) -> MembershipView:
    """As the caller sees it."""
    return MembershipView(**dataclasses.asdict(member), is_me=member.driver_id == caller.account_id)


def change_role(db: Db, member: Membership, role: MemberRole, *, caller: Caller, now: datetime) -> Membership:
    """Make a user an admin, or an admin a user, in a home that is locked; without a difference nothing changes.

    What an admin knew of joining codes is worth nothing any more. Raises OwnerStays for the owner.
    """
    if member.role is MemberRole.OWNER:
        raise OwnerStays(location_ids=[member.location_id])
    if member.role is role:
        return member
    if role is MemberRole.USER:
        revoke_codes(db, member.location_id, now=now)
    _change(db, member, role, caller=caller, now=now)
    return get_member(db, member.location_id, member.driver_id)


def transfer(db: Db, location: Location, driver_id: str, *, caller: Caller, now: datetime) -> Location:
    """Hand a home, read with `for_update`, over to another member; who owned it is an admin there. Raises Invalid.

    The open joining code for admins ends: who knew it may make none any more.
    """
    heir = queries.find_member(db, location.id, driver_id)
    if heir is None:
        raise Invalid(errors={"driver_id": ["Not a member of this location."]})
    if heir.role is MemberRole.OWNER:
        return location
    owner = get_member(db, location.id, caller.account_id)
    revoke_codes(db, location.id, role=MemberRole.ADMIN, now=now)
    _change(db, owner, MemberRole.ADMIN, caller=caller, now=now)  # first: there is never more than one owner
    _change(db, heir, MemberRole.OWNER, caller=caller, now=now)
    return dataclasses.replace(location, my_role=MemberRole.ADMIN)


def _change(db: Db, member: Membership, role: MemberRole, *, caller: Caller, now: datetime) -> None:
    queries.change_role(db, member, role, now=now)
    auditing.note(
        db,
        "member.role",
        actor_id=caller.account_id,
        target=Target("account", member.driver_id),
        location_id=member.location_id,
        detail={"from": member.role.value, "to": role.value},
        now=now,
    )
