"""Who may call an operation. Every view says so itself; one that does not keeps the application from starting."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, request

from homecharge.domain.accounts import Role
from homecharge.domain.errors import Forbidden, Unauthenticated
from homecharge.services import tokens
from homecharge.services.access_tokens import BadCredentials
from homecharge.web.context import Ask

V = TypeVar("V", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Access:
    """The roles that may call; None means that nobody needs to sign in."""

    roles: frozenset[Role] | None

    @property
    def least_role(self) -> Role | None:
        """The least of the roles that may call."""
        return None if self.roles is None else next(role for role in Role if role in self.roles)

    @property
    def is_staff_only(self) -> bool:
        """Whether those who may call look at other people's things."""
        return self.roles is not None and Role.DRIVER not in self.roles


PUBLIC = Access(None)
SIGNED_IN = Access(frozenset(Role))
STAFF = Access(frozenset({Role.SUPPORT, Role.OPERATOR}))
OPERATOR = Access(frozenset({Role.OPERATOR}))


def public(view: V) -> V:
    """Declare a plain Flask view open to everybody."""
    view.access = PUBLIC  # type: ignore[attr-defined]  # read again by `require_declared`
    return view


def require_declared(app: Flask) -> None:
    """Deny by default: raises RuntimeError naming every view that does not say who may call it."""
    silent = [
        name for name, view in app.view_functions.items() if not isinstance(getattr(view, "access", None), Access)
    ]
    if silent:
        raise RuntimeError(f"these views do not say who may call them: {', '.join(silent)}")


def authenticate(ask: Ask, access: Access) -> None:
    """Admit the caller; raises Unauthenticated with its code, or Forbidden with the least role that would do."""
    if access.roles is None:
        return
    token = bearer()
    if ask.is_write:
        with ask.peek() as db:
            caller = tokens.authenticate(db, token, access=ask.context.access_tokens, now=ask.now)
    else:
        caller = tokens.authenticate(ask.db, token, access=ask.context.access_tokens, now=ask.now)
    if caller.role not in access.roles:
        raise Forbidden(needs_role=str(access.least_role))
    ask.admit(caller)


def bearer() -> str:
    """The token of the Authorization header (RFC 6750 §2.1)."""
    given = request.headers.get("Authorization", "")
    scheme, _, token = given.partition(" ")
    if not given:
        raise Unauthenticated
    if scheme.lower() != "bearer" or not token.strip():
        raise BadCredentials("Send the access token as `Authorization: Bearer …`.")
    return token.strip()


def token_to_go_on(ask: Ask) -> str:
    """An access token for whoever asks, of the log-in that they ask with; it ends with that."""
    caller, issue = ask.caller, ask.context.access_tokens.issue
    return issue(account_id=caller.account_id, family_id=caller.family_id, now=ask.now)
