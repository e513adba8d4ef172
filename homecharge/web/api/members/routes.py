"""Who belongs to a home: see each other, change roles, leave, be removed, hand the home over."""

from typing import Any

from homecharge.domain.access import Action, MemberRole
from homecharge.domain.errors import Forbidden
from homecharge.domain.homes import Location
from homecharge.domain.members import MembershipView
from homecharge.domain.pages import Page
from homecharge.services import leaving, locations, members
from homecharge.services.locations import get_location
from homecharge.services.members import OwnerStays, get_member, view_member
from homecharge.web import etags
from homecharge.web.api.locations.schemas import Location as LocationSchema
from homecharge.web.api.members import schemas
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import PageQuery, page_of

area = Area("members", "Who belongs to a home.")


@area.get(
    "/locations/<id:location_id>/members",
    access=SIGNED_IN,
    actions=[Action.VIEW_LOCATION],
    query=PageQuery,
    answer=page_of(schemas.Member),
)
def list_members(ask: Ask, query: dict[str, Any], location_id: str) -> Page[MembershipView]:
    """List the members of a home, in the order in which they joined."""
    location = get_location(ask.db, location_id, caller=ask.caller)
    return members.list_members(ask.db, location, keyset(query), caller=ask.caller)


@area.get(
    "/locations/<id:location_id>/members/<id:driver_id>",
    access=SIGNED_IN,
    actions=[Action.VIEW_LOCATION],
    answer=schemas.Member,
    has_etag=True,
)
def get_one(ask: Ask, location_id: str, driver_id: str) -> MembershipView:
    """Look at a member of a home."""
    get_location(ask.db, location_id, caller=ask.caller)
    return view_member(get_member(ask.db, location_id, driver_id), caller=ask.caller)


@area.patch(
    "/locations/<id:location_id>/members/<id:driver_id>",
    access=SIGNED_IN,
    actions=[Action.EDIT_ADMINS],
    body=schemas.RoleChange,
    answer=schemas.Member,
    has_etag=True,
    refuses=[Forbidden, OwnerStays],
)
def change_role(ask: Ask, body: dict[str, Any], location_id: str, driver_id: str) -> MembershipView:
    """Make a user an admin, or an admin a user; for the owner, whose own role changes by handing the home over."""
    get_location(ask.db, location_id, caller=ask.caller, action=Action.EDIT_ADMINS, for_update=True)
    member = get_member(ask.db, location_id, driver_id)
    etags.require_match(schemas.Member, view_member(member, caller=ask.caller))
    changed = members.change_role(ask.db, member, MemberRole(body["role"]), caller=ask.caller, now=ask.now)
    return view_member(changed, caller=ask.caller)


@area.delete(
    "/locations/<id:location_id>/members/<id:driver_id>",
    access=SIGNED_IN,
    actions=[Action.EDIT_MEMBERS, Action.EDIT_ADMINS],
    refuses=[Forbidden, OwnerStays],
)
def remove(ask: Ask, location_id: str, driver_id: str) -> None:
    """Take somebody out of a home: users for owners and admins, admins for the owner.

    What they planned there ends, what they charge is stopped, their cards are switched off, and the home's open joining
    codes end. The history stays with the home.
    """
    location = get_location(ask.db, location_id, caller=ask.caller, for_update=True)
    member = leaving.get_removable(ask.db, location, driver_id, caller=ask.caller)
    etags.require_match(schemas.Member, view_member(member, caller=ask.caller))
    leaving.part(ask.db, member, caller=ask.caller, now=ask.now)


@area.delete(
    "/locations/<id:location_id>/members/me", access=SIGNED_IN, actions=[Action.VIEW_LOCATION], refuses=[OwnerStays]
)
def leave(ask: Ask, location_id: str) -> None:
    """Leave a home.

    What you planned there ends, what you charge is stopped, your cards are switched off. The owner hands the home over
    first, or deletes it.
    """
    get_location(ask.db, location_id, caller=ask.caller, for_update=True)
    member = get_member(ask.db, location_id, ask.caller.account_id)
    leaving.part(ask.db, member, caller=ask.caller, now=ask.now)


@area.post(
    "/locations/<id:location_id>/transfer",
    access=SIGNED_IN,
    actions=[Action.TRANSFER_LOCATION],
    body=schemas.Heir,
    answer=LocationSchema,
    has_etag=True,
    refuses=[Forbidden],
)
def transfer(ask: Ask, body: dict[str, Any], location_id: str) -> Location:
    """Hand a home over to another of its members; you go on as an admin of it."""
    location = get_location(ask.db, location_id, caller=ask.caller, action=Action.TRANSFER_LOCATION, for_update=True)
    members.transfer(ask.db, location, body["driver_id"], caller=ask.caller, now=ask.now)
    return locations.describe_location(ask.db, location_id, caller=ask.caller, now=ask.now)
