"""A console page: what it declares of itself, the order in which a request goes, and how a failure is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from homecharge.domain.accounts import Role
from homecharge.domain.errors import HomechargeError, Invalid, Unauthenticated
from homecharge.web.auth import Access
from homecharge.web.console import logins, words
from homecharge.web.context import Ask, current_context
from homecharge.web.errors import status_of

P = ParamSpec("P")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its template, and what stands in it."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = HTTPStatus.OK


@dataclass(frozen=True, slots=True)
class Moved:
    """Go on there, after a form was taken (RFC 9110 §15.4.4)."""

    location: str


Outcome: TypeAlias = Shown | Moved | HomechargeError
View = TypeVar("View", bound=Callable[Concatenate[Ask, ...], Outcome])


class Pages(Blueprint):
    """Some pages of the console, below /support. A view is called as `view(ask, **path)`."""

    def __init__(self, name: str) -> None:
        super().__init__(f"console_{name}", __name__, url_prefix=logins.PATH, template_folder="templates")
        self.register_error_handler(HomechargeError, _show_failure)
        self.register_error_handler(HTTPException, _show_http_failure)
        self.after_request(_add_headers)
        for each in (words.when, words.kwh, words.kw, words.sentence, words.pretty, words.tone):
            self.add_app_template_filter(each)

    def page(self, rule: str, *, access: Access) -> Callable[[View], View]:
        """Register a view that shows something."""
        return self._view("GET", rule, access)

    def action(self, rule: str, *, access: Access) -> Callable[[View], View]:
        """Register a view that takes a form of ours."""
        return self._view("POST", rule, access)

    def _view(self, method: str, rule: str, access: Access) -> Callable[[View], View]:
        def register(view: View) -> View:
            @wraps(view)
            def handle(**path: str) -> Response:
                return _perform(view, access, path)

            handle.access = access  # type: ignore[attr-defined]  # read by auth.require_declared
            self.add_url_rule(rule, view.__name__, handle, methods=[method])
            return view

        return register


def _perform(view: Callable[..., Outcome], access: Access, path: dict[str, str]) -> Response:
    """Who asks; from where; look or do; commit; note what is shown; show it."""
    context = current_context()
    ask = Ask(context, request_id=g.request_id, now=context.clock.now(), is_write=request.method == "POST")
    g.console_ask = ask
    with ask:
        logins.admit(ask, access)
        if ask.is_write:
            logins.require_own_form(ask, access)
        _refuse_nul()
        outcome = view(ask, **path)
    if isinstance(outcome, HomechargeError):
        return _show_failure(outcome)
    if isinstance(outcome, Moved):
        return _moved(outcome.location)
    if access.is_staff_only:
        ask.note_look()
    return _rendered(outcome)


def _refuse_nul() -> None:
    """PostgreSQL stores no NUL in text, and nobody means one."""
    given = [*request.args.items(multi=True), *request.form.items(multi=True)]
    if wrong := [name for name, value in given if "\x00" in name + value]:
        raise Invalid(errors={name: ["NUL characters are not allowed."] for name in wrong})


def _rendered(shown: Shown) -> Response:
    ask: Ask | None = g.get("console_ask")
    caller = ask.find_caller() if ask is not None else None
    page = render_template(
        f"console/{shown.template}",
        **shown.values,
        caller=caller,
        csrf=logins.csrf_of(caller, current_context()) if caller is not None else None,
        may_write=caller is not None and caller.role is Role.OPERATOR,
    )
    return Response(page, shown.status, content_type="text/html; charset=utf-8")


def _moved(location: str) -> Response:
    response = redirect(location, HTTPStatus.SEE_OTHER)
    return Response(status=response.status_code, headers={"Location": location})


def _show_failure(error: HomechargeError) -> Response:
    """A page that says what is wrong, the log-in page where nobody is signed in."""
    is_log_in = request.path == f"{logins.PATH}/login"
    if isinstance(error, Unauthenticated) and not is_log_in:
        logins.forget()
        wanted = request.full_path.rstrip("?") if request.method == "GET" else logins.PATH
        return _moved(f"{logins.PATH}/login?{urlencode({'next': wanted})}")
    errors = error.errors if isinstance(error, Invalid) else {}
    values = {"title": error.title, "detail": error.detail, "errors": errors, "request_id": g.get("request_id")}
    status = status_of(type(error))
    if is_log_in:
        next_ = request.form.get("next", logins.PATH)
        return _rendered(Shown("login.html", {**values, "next": next_, "problem": error.detail}, status=status))
    return _rendered(Shown("problem.html", values, status=status))


def _show_http_failure(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    told = error.description if status < HTTPStatus.INTERNAL_SERVER_ERROR else None
    detail = told or "Something went wrong on our side. Quote the request id when you report it."
    values = {"title": status.phrase, "detail": detail, "errors": {}, "request_id": g.get("request_id")}
    return _rendered(Shown("problem.html", values, status=status))


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Referrer-Policy"] = "same-origin"  # with no-referrer, browsers send forms with `Origin: null`
    return logins.set_cookies(response)
