"""Joining codes: make one, show it again, end it; look at what one opens, and join."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from homecharge.domain.access import Action, MemberRole
from homecharge.domain.errors import Forbidden, Invalid
from homecharge.domain.homes import Location
from homecharge.domain.join_codes import JoinCode, inviting
from homecharge.services import joining
from homecharge.services.joining import HomeFull, Invitation, JoinCodeNotValid
from homecharge.services.locations import get_location
from homecharge.web.answers import Answer
from homecharge.web.api.joining import schemas
from homecharge.web.api.locations.schemas import Location as LocationSchema
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.limits import TooManyAttempts, address
from homecharge.web.operations import Area

area = Area("joining", "Joining codes: how people become members of a home.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCode(JoinCode):
    """A code with the link that opens the app with it."""

    url: str


@area.post(
    "/locations/<id:location_id>/join-code",
    access=SIGNED_IN,
    actions=[Action.EDIT_JOIN_CODES, Action.EDIT_ADMINS],
    body=schemas.JoinCodeBody,
    answer=schemas.JoinCode,
    status=201,
    refuses=[Forbidden],
)
def make_code(ask: Ask, body: dict[str, Any], location_id: str) -> Answer:
    """Make a code with which people join a home; the one before for the same role ends.

    Owners and admins invite users, the owner admins.
    """
    role, lasting = MemberRole(body["role"]), timedelta(seconds=ask.context.settings.join_code_s)
    home = _home(ask, location_id, role, for_update=True)
    code = joining.make_code(
        ask.db, home, role=role, uses=body["uses"], lasting=lasting, caller=ask.caller, now=ask.now
    )
    return Answer(value=_linked(ask, code), location=f"/v1/locations/{location_id}/join-code?role={role}")


@area.get(
    "/locations/<id:location_id>/join-code",
    access=SIGNED_IN,
    actions=[Action.EDIT_JOIN_CODES, Action.EDIT_ADMINS],
    query=schemas.RoleQuery,
    answer=schemas.JoinCode,
    refuses=[Forbidden],
)
def get_code(ask: Ask, query: dict[str, Any], location_id: str) -> LinkedCode:
    """Show the open code of a home again; for those who may make it."""
    role = MemberRole(query["role"])
    return _linked(ask, joining.get_code(ask.db, _home(ask, location_id, role), role=role, now=ask.now))


@area.delete(
    "/locations/<id:location_id>/join-code",
    access=SIGNED_IN,
    actions=[Action.EDIT_JOIN_CODES, Action.EDIT_ADMINS],
    query=schemas.RoleQuery,
    refuses=[Forbidden],
)
def revoke_code(ask: Ask, query: dict[str, Any], location_id: str) -> None:
    """End the open code of a home; who has joined with it stays."""
    role = MemberRole(query["role"])
    home = _home(ask, location_id, role, for_update=True)
    joining.revoke_code(ask.db, home, role=role, caller=ask.caller, now=ask.now)


@area.get(
    "/locations/join/<string:code>",
    access=SIGNED_IN,
    answer=schemas.Invitation,
    refuses=[Invalid, JoinCodeNotValid, TooManyAttempts],
)
def preview(ask: Ask, code: str) -> Invitation:
    """Look at what a joining code opens, before joining.

    Codes that never were, have expired, are used up or were revoked are told alike. A mistyped one is a wrong field.
    """
    with _failures_counted(ask):
        return joining.preview(ask.db, code, caller=ask.caller, now=ask.now)


@area.post(
    "/locations/join",
    access=SIGNED_IN,
    body=schemas.JoinBody,
    answer=LocationSchema,
    has_etag=True,
    refuses=[JoinCodeNotValid, HomeFull, TooManyAttempts],
)
def join(ask: Ask, body: dict[str, Any]) -> Answer:
    """Join a home with a code; you belong to it at once.

    Who is a member already stays what they are, and the code is not used up: a repeated try does no harm.
    """
    with _failures_counted(ask):
        location: Location = joining.join(ask.db, body["code"], caller=ask.caller, now=ask.now)
    return Answer(value=location, location=f"/v1/locations/{location.id}")


def _home(ask: Ask, location_id: str, role: MemberRole, *, for_update: bool = False) -> Location:
    return get_location(ask.db, location_id, caller=ask.caller, action=inviting(role), for_update=for_update)


def _linked(ask: Ask, code: JoinCode) -> LinkedCode:
    url = f"{ask.context.settings.app_url}/join/{code.code}"
    return LinkedCode(**{field.name: getattr(code, field.name) for field in dataclasses.fields(JoinCode)}, url=url)


@contextmanager
def _failures_counted(ask: Ask) -> Iterator[None]:
    """Nobody guesses for long, neither as one person nor from one address."""
    rates, rate, failed = ask.context.rates, ask.context.settings.rate_join, JoinCodeNotValid
    with (
        rates.count_failures(rate, "join", "account", ask.caller.account_id, now=ask.now, of=failed),
        rates.count_failures(rate, "join", "address", address(), now=ask.now, of=failed),
    ):
        yield
