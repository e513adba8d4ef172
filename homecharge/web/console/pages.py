"""A console page: what it declares of itself, the order in which a request goes, and how a failure is shown."""

import secrets
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
from homecharge.web.console import logins
from homecharge.web.console.words import Words, pretty, tone
from homecharge.web.context import Ask, current_context
from homecharge.web.errors import status_of
from homecharge.web.language import language_of, tell_language

P = ParamSpec("P")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
LOOK_AGAIN = "Look-Again"
"""A request by the script of a page that somebody has before them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its template, and what stands in it. With something `under_way` it keeps itself up to date."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = HTTPStatus.OK
    under_way: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """Go on there, after a form was taken (RFC 9110 §15.4.4)."""

    location: str


_FILTERS = ("when", "kwh", "rate", "named")
"""Methods of Words that templates have as filters."""
Outcome: TypeAlias = Shown | Moved | HomechargeError
View = TypeVar("View", bound=Callable[Concatenate[Ask, ...], Outcome])


class Pages(Blueprint):
    """Some pages of the console, below /support. A view is called as `view(ask, **path)`."""

    def __init__(self, name: str) -> None:
        super().__init__(f"console_{name}", __name__, url_prefix=logins.PATH, template_folder="templates")
        self.register_error_handler(HomechargeError, _show_failure)
        self.register_error_handler(HTTPException, _show_http_failure)
        self.after_request(_add_headers)
        for each in (pretty, tone):
            self.add_app_template_filter(each)
        for method in _FILTERS:
            self.add_app_template_filter(_said(method), method)
        self.add_app_template_global(_said("say"), "say")

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
    ask = _ask()
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
        # A script asks for a page alone; what has a query may be the next part of a list, which is another look.
        ask.note_look(is_again=LOOK_AGAIN in request.headers and not request.args)
    return _rendered(outcome)


def _ask() -> Ask:
    """The present request; also one that no view was found for."""
    if "console_ask" not in g:
        context, is_write = current_context(), request.method == "POST"
        g.console_ask = Ask(context, request_id=g.request_id, now=context.clock.now(), is_write=is_write)
    ask: Ask = g.console_ask
    return ask


def words_of(ask: Ask) -> Words:
    """How things are said to whoever asks."""
    words: Words = g.setdefault("console_words", Words(language_of(ask)))
    return words


def _said(name: str) -> Callable[..., Any]:
    """A method of the present page's words: templates that are imported know nothing but what all know."""

    def say(*given: Any, **values: Any) -> Any:  # noqa: ANN401 - whatever the method takes and makes
        return getattr(g.console_words, name)(*given, **values)

    return say


def _refuse_nul() -> None:
    """PostgreSQL stores no NUL in text, and nobody means one."""
    given = [*request.args.items(multi=True), *request.form.items(multi=True)]
    if wrong := [name for name, value in given if "\x00" in name + value]:
        raise Invalid(errors={name: ["NUL characters are not allowed."] for name in wrong})


def _rendered(shown: Shown) -> Response:
    ask, caller = _ask(), _ask().find_caller()
    nonce = secrets.token_urlsafe(16) if shown.under_way else None
    page = render_template(
        f"console/{shown.template}",
        **shown.values,
        caller=caller,
        language=words_of(ask).language,
        csrf=logins.csrf_of(caller, current_context()) if caller is not None else None,
        may_write=caller is not None and caller.role is Role.OPERATOR,
        nonce=nonce,
    )
    response = Response(page, shown.status, content_type="text/html; charset=utf-8")
    if nonce is not None:
        response.headers["Content-Security-Policy"] = f"{POLICY}; script-src 'nonce-{nonce}'; connect-src 'self'"
    tell_language(response)
    return response


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
    is_said = error.code in words_of(_ask()).language.problems and error.detail.rstrip(".") == error.title
    detail = "" if is_said else error.detail
    response = _problem(_title_of(error), detail, status_of(type(error)), errors=errors)
    if (retry_after_s := getattr(error, "retry_after_s", None)) is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _title_of(error: HomechargeError) -> str:
    """In the agent's language, by its code, or that of the kind of failure it is."""
    problems = words_of(_ask()).language.problems
    codes = [kind.code for kind in type(error).__mro__ if issubclass(kind, HomechargeError)]
    return next(problems[code] for code in codes if code in problems)


def _show_http_failure(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _problem(words_of(_ask()).language.problems["internal_error"], "", status)
    kind = "not_found" if status is HTTPStatus.NOT_FOUND else "error"
    return _problem(words_of(_ask()).language.problems[kind], error.description or status.phrase, status)


def _problem(title: str, detail: str, status: int, *, errors: Mapping[str, list[str]] | None = None) -> Response:
    """The page of a failure; on the log-in page, a line above the form. `detail` and `errors` are in English."""
    if request.path == f"{logins.PATH}/login":
        return _rendered(Shown("login.html", {"next": request.form.get("next", logins.PATH), "problem": title}, status))
    values = {"title": title, "detail": detail, "errors": errors or {}, "request_id": g.get("request_id")}
    return _rendered(Shown("problem.html", values, status))


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Referrer-Policy"] = "same-origin"  # with no-referrer, browsers send forms with `Origin: null`
    return logins.set_cookies(response)
