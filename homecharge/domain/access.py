"""Who may do what at a location: the table of roles and actions (api.md, *Who may do what at a location*)."""

from enum import StrEnum

from homecharge.domain.errors import Forbidden
from homecharge.domain.session_state import Kind


class MemberRole(StrEnum):
    """A member's role at a location; each may do what those before it may."""

    USER = "user"
    ADMIN = "admin"
    OWNER = "owner"


class Action(StrEnum):
    """Something a member may want to do; the values are the `permissions` of a location and public contract."""

    VIEW_LOCATION = "view_location"
    VIEW_OWN_SESSIONS = "view_own_sessions"
    BOOST = "boost"
    EDIT_OWN_SCHEDULES = "edit_own_schedules"
    STOP_OWN_SESSIONS = "stop_own_sessions"
    STOP_PLUG_IN_SESSIONS = "stop_plug_in_sessions"
    PUT_STATE_OF_CHARGE = "put_state_of_charge"
    POST_SURPLUS = "post_surplus"
    VIEW_ALL_SESSIONS = "view_all_sessions"
    STOP_ALL_SESSIONS = "stop_all_sessions"
    EDIT_ALL_SCHEDULES = "edit_all_schedules"
    RESTART_CHARGERS = "restart_chargers"
    UNLOCK_CHARGERS = "unlock_chargers"
    EDIT_LOCATION = "edit_location"
    EDIT_CHARGERS = "edit_chargers"
    EDIT_RESTRICTED_HOURS = "edit_restricted_hours"
    EDIT_TARIFF = "edit_tariff"
    EDIT_VEHICLES = "edit_vehicles"
    EDIT_CARDS = "edit_cards"
    EDIT_MEMBERS = "edit_members"
    EDIT_JOIN_CODES = "edit_join_codes"
    ADD_CHARGERS = "add_chargers"
    REMOVE_CHARGERS = "remove_chargers"
    EDIT_ADMINS = "edit_admins"
    TRANSFER_LOCATION = "transfer_location"
    DELETE_LOCATION = "delete_location"


_RANK = {role: rank for rank, role in enumerate(MemberRole)}
_LOWEST_ROLE = {
    Action.VIEW_LOCATION: MemberRole.USER,
    Action.VIEW_OWN_SESSIONS: MemberRole.USER,
    Action.BOOST: MemberRole.USER,
    Action.EDIT_OWN_SCHEDULES: MemberRole.USER,
    Action.STOP_OWN_SESSIONS: MemberRole.USER,
    Action.STOP_PLUG_IN_SESSIONS: MemberRole.USER,
    Action.PUT_STATE_OF_CHARGE: MemberRole.USER,
    Action.POST_SURPLUS: MemberRole.USER,
    Action.VIEW_ALL_SESSIONS: MemberRole.ADMIN,
    Action.STOP_ALL_SESSIONS: MemberRole.ADMIN,
    Action.EDIT_ALL_SCHEDULES: MemberRole.ADMIN,
    Action.RESTART_CHARGERS: MemberRole.ADMIN,
    Action.UNLOCK_CHARGERS: MemberRole.ADMIN,
    Action.EDIT_LOCATION: MemberRole.ADMIN,
    Action.EDIT_CHARGERS: MemberRole.ADMIN,
    Action.EDIT_RESTRICTED_HOURS: MemberRole.ADMIN,
    Action.EDIT_TARIFF: MemberRole.ADMIN,
    Action.EDIT_VEHICLES: MemberRole.ADMIN,
    Action.EDIT_CARDS: MemberRole.ADMIN,
    Action.EDIT_MEMBERS: MemberRole.ADMIN,
    Action.EDIT_JOIN_CODES: MemberRole.ADMIN,
    Action.ADD_CHARGERS: MemberRole.OWNER,
    Action.REMOVE_CHARGERS: MemberRole.OWNER,
    Action.EDIT_ADMINS: MemberRole.OWNER,
    Action.TRANSFER_LOCATION: MemberRole.OWNER,
    Action.DELETE_LOCATION: MemberRole.OWNER,
}


def lowest_role(action: Action) -> MemberRole:
    """The least role that may do it (`needs_role` of a 403)."""
    return _LOWEST_ROLE[action]


def is_allowed(role: MemberRole, action: Action) -> bool:
    """Whether a member with this role may do it."""
    return _RANK[role] >= _RANK[lowest_role(action)]


def permissions(role: MemberRole) -> tuple[Action, ...]:
    """Everything a member with this role may do, in the order of the table."""
    return tuple(action for action in Action if is_allowed(role, action))


def require(role: MemberRole, action: Action) -> None:
    """Raises Forbidden, naming the role it takes, unless a member with this role may do it."""
    if not is_allowed(role, action):
        raise Forbidden(needs_role=lowest_role(action).value)


def may_see_session(role: MemberRole, *, is_own: bool) -> bool:
    """A user sees their own sessions only, admins and owners everyone's."""
    return is_allowed(role, Action.VIEW_OWN_SESSIONS if is_own else Action.VIEW_ALL_SESSIONS)


def may_stop_session(role: MemberRole, *, is_own: bool, kind: Kind) -> bool:
    """Any member may stop their own session, and a plug-in's whoever it belongs to; admins and owners stop all."""
    if is_own:
        return is_allowed(role, Action.STOP_OWN_SESSIONS)
    return is_allowed(role, Action.STOP_PLUG_IN_SESSIONS if kind is Kind.PLUG_IN else Action.STOP_ALL_SESSIONS)


def is_session_shown(role: MemberRole, *, is_own: bool, kind: Kind) -> bool:
    """Whether a session exists for a member: nobody could stop what they may not see."""
    return may_see_session(role, is_own=is_own) or may_stop_session(role, is_own=is_own, kind=kind)
