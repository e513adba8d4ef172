"""`Idempotency-Key` around an operation: who may be first, what is remembered, and what a replay leaves out."""

import contextlib
import hashlib
import hmac
import re
from http import HTTPStatus

import orjson
from flask import Response, request
from werkzeug.exceptions import HTTPException

from homecharge.domain.errors import HomechargeError, Invalid, NotFound, Unavailable
from homecharge.services import idempotency
from homecharge.services.idempotency import Claim, StoredAnswer
from homecharge.web.answers import BELL_HEADER, PATIENCE_HEADER, Shape, without_secrets
from homecharge.web.context import Ask
from homecharge.web.errors import problem_of, problem_of_http
from homecharge.web.limits import address

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
KEY = "[!-~]{1,200}"
LONGEST_PATH = 300
_FORGOTTEN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS})
_KEPT_HEADERS = (
    "Content-Type",
    "Content-Language",
    "Vary",
    "Location",
    "ETag",
    "Cache-Control",
    "Retry-After",
    BELL_HEADER,
    PATIENCE_HEADER,
)


def begin(ask: Ask) -> Response | None:
    """Claim the key of a POST for this request; a response is the first one's, to be told again.

    Raises Invalid for a key that cannot be one, NotFound for a path that leads to nothing of ours, KeyReused or
    FirstStillRunning.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return None
    if not re.fullmatch(KEY, key):
        raise Invalid(errors={HEADER: ["1 to 200 visible ASCII characters, such as a UUID."]})
    if len(request.path) > LONGEST_PATH:
        raise NotFound
    caller = ask.find_caller()
    named = idempotency.Request(
        caller=f"address:{address()}" if caller is None else caller.account_id,
        method=request.method,
        path=request.path,
        key=key,
        fingerprint=_fingerprint(ask.context.secret_key),
    )
    with ask.context.units.write() as db:
        found = idempotency.claim(db, named, now=ask.now)
    if isinstance(found, Claim):
        ask.claim = found
        return None
    return Response(found.body, found.status, {**found.headers, REPLAYED_HEADER: "true"})


def finish(ask: Ask, shape: Shape, response: Response) -> None:
    """Store the answer in the request's own unit of work, so that effect and answer commit together."""
    if ask.claim is None:
        return
    if _is_remembered(response):
        idempotency.settle(ask.db, ask.claim, _stored(response, shape))
    else:
        idempotency.release(ask.db, ask.claim)


def give_up(ask: Ask, error: BaseException, shape: Shape) -> None:
    """After a failure, whose unit was rolled back: remember a refusal, give the key back otherwise.

    With the database away neither works; then the claim runs out by itself.
    """
    if ask.claim is None:
        return
    with contextlib.suppress(Unavailable), ask.context.units.write() as db:
        response = _refusal(error)
        if response is not None and _is_remembered(response):
            idempotency.settle(db, ask.claim, _stored(response, shape))
        else:
            idempotency.release(db, ask.claim)


def _refusal(error: BaseException) -> Response | None:
    if isinstance(error, HomechargeError):
        return problem_of(error)
    return problem_of_http(error) if isinstance(error, HTTPException) else None


def _is_remembered(response: Response) -> bool:
    return response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR and response.status_code not in _FORGOTTEN


def _stored(response: Response, shape: Shape) -> StoredAnswer:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    body = response.get_data(as_text=True)
    if shape.schema is not None and response.is_json:
        document, is_without = without_secrets(orjson.loads(body), shape.schema)
        if is_without:
            body = orjson.dumps({**document, "secret_omitted": True}).decode()
    return StoredAnswer(response.status_code, headers, body)


def _fingerprint(secret_key: str) -> str:
    """Of query and body; keyed, because a body may hold a password, which a plain hash would give to a dictionary."""
    content = request.query_string + b"\n" + request.get_data(cache=True)
    return hmac.new(secret_key.encode(), content, hashlib.sha256).hexdigest()
