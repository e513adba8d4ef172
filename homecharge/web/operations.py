"""Areas of the API and their operations: what each one declares of itself, and the order in which a request goes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, Required, TypedDict, TypeVar, Unpack

import flask_smorest
from flask import Response, g, request

from homecharge.domain.access import Action
from homecharge.domain.errors import HomechargeError
from homecharge.web import idempotency
from homecharge.web.answers import Shape, render
from homecharge.web.auth import Access, authenticate
from homecharge.web.context import Ask, current_context
from homecharge.web.examples import examples_of
from homecharge.web.parsing import StrictParser, text_body
from homecharge.web.schemas import Nothing, Schema

P = ParamSpec("P")
View = TypeVar("View", bound=Callable[Concatenate[Ask, ...], object])
_SAFE = frozenset({"GET", "HEAD"})


class Declaration(TypedDict, total=False):
    """What an operation says of itself; `access` is never optional."""

    access: Required[Access]
    """Who may call it: PUBLIC, SIGNED_IN, STAFF or OPERATOR of `web.auth`."""
    actions: Sequence[Action]
    """Of what belongs to a home: what a member has to be allowed, one of them. The services hold it."""
    answer: type[Schema]
    """The schema of its answer; without one there is no body, and the status is 204."""
    status: int
    """Of the answer; 200 unless said otherwise."""
    also: Sequence[int]
    """Other statuses that come with the same schema."""
    body: type[Schema]
    accepts: Mapping[str, Any]
    """Media types of a body that is taken as text, each with its JSON Schema: the view is given the type and the text.
    """
    query: type[Schema]
    media_type: str
    """Of an answer that is no JSON, or JSON in parts: its value is then a `Document`."""
    event: Mapping[str, Any]
    """The JSON Schema of each event of an answer that is a stream of them."""
    samples: Mapping[str, str]
    """Of such an answer, by media type: how it begins, for the documentation."""
    shows: Sequence[str]
    """Which of the examples of its answer's schema are like its answers; all of them unless said otherwise."""
    has_etag: bool
    """The answer's value has a `revision`, which becomes its ETag; GET then knows `If-None-Match`."""
    refuses: Sequence[type[HomechargeError]]
    """The failures of its own, for the documentation."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path, as declared."""

    method: str
    access: Access
    shape: Shape
    declared: Declaration

    @property
    def body(self) -> type[Schema] | None:
        """The schema of the body, Nothing for a POST that takes none, None for text and for methods without a body."""
        if "accepts" in self.declared:
            return None
        return self.declared.get("body", Nothing if self.method == "POST" else None)

    @property
    def takes_body(self) -> bool:
        """Whether it looks at a body, be it only to see that there is none."""
        return self.body is not None or "accepts" in self.declared

    @property
    def bodies(self) -> dict[str, Any]:
        """Bodies that are right, by name: shown in the documentation, and broken field by field in the tests."""
        body = self.declared.get("body")
        return {} if body is None else examples_of(body())


class Area(flask_smorest.Blueprint):
    """The operations on one kind of thing, below /v1."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, name, url_prefix="/v1", description=description)

    def get(self, rule: str, **declared: Unpack[Declaration]) -> Callable[[View], View]:
        """Register a view that reads."""
        return self._operation("GET", rule, declared)

    def post(self, rule: str, **declared: Unpack[Declaration]) -> Callable[[View], View]:
        """Register a view that makes something, or does it; knows `Idempotency-Key`."""
        return self._operation("POST", rule, declared)

    def put(self, rule: str, **declared: Unpack[Declaration]) -> Callable[[View], View]:
        """Register a view that replaces something."""
        return self._operation("PUT", rule, declared)

    def patch(self, rule: str, **declared: Unpack[Declaration]) -> Callable[[View], View]:
        """Register a view that changes something."""
        return self._operation("PATCH", rule, declared)

    def delete(self, rule: str, **declared: Unpack[Declaration]) -> Callable[[View], View]:
        """Register a view that removes something."""
        return self._operation("DELETE", rule, declared)

    def _operation(self, method: str, rule: str, declared: Declaration) -> Callable[[View], View]:
        answer = declared.get("answer")
        media_type = declared.get("media_type")
        status = declared.get("status", HTTPStatus.OK if answer or media_type else HTTPStatus.NO_CONTENT)
        shape = Shape(answer() if answer else None, int(status), declared.get("has_etag", False), media_type)
        operation = Operation(method, declared["access"], shape, declared)

        def register(view: View) -> View:
            handler = _handler(operation, self._parsed(operation, view))
            for code in (shape.status, *declared.get("also", ())):
                handler = self.response(code, answer)(handler)
            self.add_url_rule(rule, view.__name__, handler, methods=[method])
            return view

        return register

    def _parsed(self, operation: Operation, view: Callable[..., object]) -> Callable[..., object]:
        """`view` with its body, then its query, between the Ask and the path's parameters."""
        query = operation.declared.get("query")
        if query is not None:
            view = self.arguments(query, location="query")(view)
        if accepted := operation.declared.get("accepts"):
            return _with_text(view, accepted)
        if operation.body is Nothing:
            return self._without_body(view)
        if operation.body is not None:
            view = self.arguments(operation.body, location="json")(view)
        return view

    def _without_body(self, view: Callable[..., object]) -> Callable[..., object]:
        @wraps(view)
        def checked(ask: Ask, **path: str) -> object:
            self.ARGUMENTS_PARSER.parse(Nothing(), request, location="json")
            return view(ask, **path)

        return checked


def _with_text(view: Callable[..., object], accepted: Collection[str]) -> Callable[..., object]:
    @wraps(view)
    def read(ask: Ask, **path: str) -> object:
        return view(ask, *text_body(request, accepted), **path)

    return read


def _handler(operation: Operation, view: Callable[..., object]) -> Callable[..., Response]:
    @wraps(view)
    def handle(**path: str) -> Response:
        return _perform(operation, view, path)

    handle.access = operation.access  # type: ignore[attr-defined]  # read by auth.require_declared
    handle.operation = operation  # type: ignore[attr-defined]  # read by web.openapi
    return handle


def _perform(operation: Operation, view: Callable[..., object], path: dict[str, str]) -> Response:
    """Who asks; asked before?; parse and do; commit; note what staff look at; render.

    Only an answer to be remembered is rendered sooner.
    """
    context = current_context()
    is_write = request.method not in _SAFE
    ask = Ask(context, request_id=g.request_id, now=context.clock.now(), is_write=is_write)
    response = None
    try:
        with ask:
            authenticate(ask, operation.access)
            if (earlier := idempotency.begin(ask)) is not None:
                return earlier
            outcome = view(ask, **path)
            if ask.claim is not None:
                response = render(operation.shape, outcome)
                idempotency.finish(ask, operation.shape, response)
    except BaseException as error:
        idempotency.give_up(ask, error, operation.shape)
        raise
    if operation.access.is_staff_only:
        ask.note_look()
    return response or render(operation.shape, outcome)
