"""Signing in to the console and out of it, and the files of its pages."""

from pathlib import Path

from flask import Response, request, send_from_directory

from homecharge.domain.accounts import Role, normalised_email
from homecharge.domain.errors import Forbidden
from homecharge.services import accounts, tokens
from homecharge.web.auth import PUBLIC, STAFF, public
from homecharge.web.console import logins
from homecharge.web.console.forms import own_path, text_in
from homecharge.web.console.pages import Moved, Pages, Shown
from homecharge.web.context import Ask
from homecharge.web.signing_in import check_password, network_of

FILES = Path(__file__).parent / "static"
DEVICE = "Support console"
pages = Pages("login")


class NotStaff(Forbidden):
    """A driver's account was given."""

    code = "not_staff"
    title = "The console is for support agents and operators"


@pages.page("/login", access=PUBLIC)
def show_log_in(_ask: Ask) -> Shown:
    """The form."""
    return Shown("login.html", {"next": own_path(request.args.get("next", "")), "problem": None})


@pages.action("/login", access=PUBLIC)
def log_in(ask: Ask) -> Moved:
    """Sign in with an agent's account; failures count with those at the API."""
    email, password = normalised_email(text_in(request.form, "email")), request.form.get("password", "")
    account_id = check_password(ask, email, password, device=DEVICE)
    if not accounts.get_account(ask.db, account_id).role.is_staff:
        raise NotStaff(needs_role=Role.SUPPORT.value)
    access, idle, network = ask.context.access_tokens, logins.idle(ask.context), network_of(ask)
    logins.keep(
        tokens.log_in(ask.db, account_id, device=DEVICE, network=network, access=access, lifetime=idle, now=ask.now)
    )
    return Moved(own_path(request.form.get("next", "")))


@pages.action("/logout", access=STAFF)
def log_out(ask: Ask) -> Moved:
    """End this log-in with all of its tokens."""
    tokens.log_out(ask.db, ask.caller, now=ask.now)
    logins.forget()
    return Moved(f"{logins.PATH}/login")


@pages.get("/console.css")
@public
def style_sheet() -> Response:
    """What the pages look like; the only file that most of them need."""
    return _file("console.css")


@pages.get("/console.js")
@public
def script() -> Response:
    """What keeps a page with something under way up to date."""
    return _file("console.js")


def _file(name: str) -> Response:
    response: Response = send_from_directory(FILES, name, conditional=True)
    response.headers["Cache-Control"] = "no-cache"
    return response
