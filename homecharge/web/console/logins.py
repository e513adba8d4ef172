"""Who is at the console: the API's own tokens in cookies, and what keeps other sites from using them."""

import hashlib
import hmac
from datetime import timedelta

from flask import Response, g, request

from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Forbidden, Refused, Unauthenticated
from homecharge.services import tokens
from homecharge.services.access_tokens import TokenExpired, TokenRevoked
from homecharge.services.tokens import Tokens
from homecharge.web.auth import Access
from homecharge.web.context import Ask, WebContext, current_context

PATH = "/support"
ACCESS, REFRESH = "homecharge_console", "homecharge_console_refresh"
_HOST_ONLY = "__Host-"
"""A cookie of such a name was set by this very host over TLS, not by a neighbour (RFC 6265bis §4.1.3.2)."""
CSRF_FIELD = "csrf"


class ForeignForm(Refused):
    """The form was not one of ours: it came from another site, or from before the present log-in."""

    code = "foreign_form"
    title = "This form is out of date; go back, load the page again and repeat what you did"


def admit(ask: Ask, access: Access) -> None:
    """Admit whoever the cookies name, renewing them where the short one is spent.

    Raises Unauthenticated, TokenRevoked, or Forbidden with the least role that would do.
    """
    if access.roles is None:
        return
    caller = _caller_of(ask)
    if caller.role not in access.roles:
        raise Forbidden(needs_role=str(access.least_role))
    ask.admit(caller)


def require_own_form(ask: Ask, access: Access) -> None:
    """Refuse what another site had sent, and what carries no token of this log-in. Raises ForeignForm.

    Browsers say where a form comes from: by *Sec-Fetch-Site* over TLS, which also knows a page of ours that somebody
    forged without TLS, and holds where a proxy has renamed the host; by *Origin* otherwise (Fetch §3.2, §3.6).
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "")
    is_own = site == "same-origin" if site is not None else origin.partition("://")[2] == request.host
    if not is_own:
        raise ForeignForm
    given = request.form.get(CSRF_FIELD, "").encode()
    if access.roles is not None and not hmac.compare_digest(given, csrf_of(ask.caller, ask.context).encode()):
        raise ForeignForm


def csrf_of(caller: Caller, context: WebContext) -> str:
    """The token in every form of a log-in; it outlives the short tokens."""
    message = f"console form:{caller.family_id}".encode()
    return hmac.new(context.secret_key.encode(), message, hashlib.sha256).hexdigest()


def idle(context: WebContext) -> timedelta:
    """How long an agent who looks at nothing stays signed in; the server keeps to it, whatever a browser does."""
    return timedelta(seconds=context.settings.agent_idle_s)


def keep(issued: Tokens) -> None:
    """Have the answer to this request, whatever it is, carry the tokens."""
    g.console_tokens = issued


def forget() -> None:
    """Have the answer to this request take the cookies away."""
    g.console_leaves = True


def set_cookies(response: Response) -> Response:
    """Carry out `keep` and `forget`."""
    issued: Tokens | None = g.get("console_tokens")
    if g.get("console_leaves"):
        _set(response, ACCESS, "", 0)
        _set(response, REFRESH, "", 0)
    elif issued is not None:
        _set(response, ACCESS, issued.access_token, issued.expires_in)
        _set(response, REFRESH, issued.refresh_token, int(idle(current_context()).total_seconds()))
    return response


def _set(response: Response, name: str, value: str, max_age_s: int) -> None:
    is_secure = _is_secure()
    path = "/" if is_secure else PATH
    response.set_cookie(_named(name), value, max_age_s, path=path, secure=is_secure, httponly=True, samesite="Strict")


def _is_secure() -> bool:
    """Whether the browser is to keep the cookies to TLS; without it (SQLite, on one's own machine) it would not."""
    return request.is_secure or current_context().settings.is_production


def _named(name: str) -> str:
    """The name that goes with the cookie's attributes."""
    return f"{_HOST_ONLY}{name}" if _is_secure() else name


def _caller_of(ask: Ask) -> Caller:
    token = request.cookies.get(_named(ACCESS))
    if token is not None:
        try:
            return _authenticated(ask, token)
        except TokenExpired:
            pass
    refresh_token = request.cookies.get(_named(REFRESH))
    if refresh_token is None:
        raise Unauthenticated
    return _authenticated(ask, _renewed(ask, refresh_token).access_token)


def _authenticated(ask: Ask, token: str) -> Caller:
    with ask.peek() as db:
        return tokens.authenticate(db, token, access=ask.context.access_tokens, now=ask.now)


def _renewed(ask: Ask, refresh_token: str) -> Tokens:
    with ask.context.units.write(request_id=ask.request_id) as db:
        issued = tokens.rotate(
            db, refresh_token, access=ask.context.access_tokens, lifetime=idle(ask.context), now=ask.now
        )
    if isinstance(issued, TokenRevoked):
        raise issued
    keep(issued)
    return issued
