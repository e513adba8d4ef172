"""Who may open a line: path, HTTP Basic credentials and subprotocol (OCPP-J 1.6 §3.1, §6.2; api.md)."""

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from websockets.datastructures import Headers, MultipleValuesError
from websockets.exceptions import InvalidHeader
from websockets.headers import build_www_authenticate_basic, parse_authorization_basic, parse_subprotocol
from websockets.http11 import Request

from homecharge.domain.errors import Unavailable
from homecharge.gateway.message_log import new_id
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.ports.charger_events import ChargerEvents, Line, Refusal

log = get_logger(__name__)

_ROOT = "/ocpp/"
_MAX_SHOWN = 48  # the longest identity there is
_NEVER_RIGHT = ""
"""Stands for credentials that cannot be right: our passwords are not empty."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """The HTTP answer to a refused handshake. It tells whoever knocks no more than they need."""

    status: HTTPStatus
    text: str
    headers: tuple[tuple[str, str], ...] = ()


_NOT_FOUND = Rejection(HTTPStatus.NOT_FOUND, "There is nothing here. Chargers connect to /ocpp/{identity}.\n")
_UNAUTHORIZED = Rejection(
    HTTPStatus.UNAUTHORIZED,
    "Identity or password is wrong.\n",
    (("WWW-Authenticate", build_www_authenticate_basic("ocpp")),),
)
_UNAVAILABLE = Rejection(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Not available at the moment, please come back.\n",
    (("Retry-After", str(Unavailable.retry_after_s)),),
)


async def decide(
    request: Request, *, events: ChargerEvents, clock: Clock, protocols: Collection[str]
) -> Line | Rejection:
    """Admit the charger under a new connection id, or say why not.

    Every decision about an identity is `admit`'s, so that a refusal is remembered for the owner.
    """
    identity = read_identity(request.path)
    if identity is None:
        return _NOT_FOUND
    protocol = choose_protocol(request.headers, protocols)
    password = read_password(request.headers, identity)
    try:
        admission = await events.admit(identity=identity, password=password, protocol=protocol, at=clock.now())
    except Unavailable:
        log.warning("gateway.admission_postponed", identity=identity[:_MAX_SHOWN])
        return _UNAVAILABLE
    if admission.refusal is None and admission.charger_id is not None and protocol is not None:
        return Line(new_id(), admission.charger_id, identity, protocol)
    log.info("gateway.refused", identity=identity[:_MAX_SHOWN], reason=admission.refusal)
    if admission.refusal is Refusal.UNSUPPORTED_PROTOCOL:
        return Rejection(HTTPStatus.BAD_REQUEST, f"Offer one of these subprotocols: {', '.join(protocols)}.\n")
    return _UNAUTHORIZED


def read_identity(target: str) -> str | None:
    """The identity in `/ocpp/{identity}`, percent-decoded; None for any other path."""
    path = urlsplit(target).path
    segment = path.removeprefix(_ROOT)
    if segment == path or "/" in segment:
        return None
    try:
        identity = unquote(segment, errors="strict")
    except UnicodeDecodeError:
        return None
    return identity if identity and identity.isprintable() else None


def read_password(headers: Headers, identity: str) -> str | None:
    """The Basic password; None if there is none, and one that is never right if the user is not the identity."""
    try:
        header = headers.get("Authorization")
        if header is None:
            return None
        user, password = parse_authorization_basic(header)
        password.encode()
    except (InvalidHeader, MultipleValuesError, UnicodeEncodeError):
        return _NEVER_RIGHT
    return password if user == identity else _NEVER_RIGHT


def choose_protocol(headers: Headers, protocols: Collection[str]) -> str | None:
    """The first of our protocols that the charger offers."""
    try:
        offered = {name for value in headers.get_all("Sec-WebSocket-Protocol") for name in parse_subprotocol(value)}
    except InvalidHeader:
        return None
    return next((protocol for protocol in protocols if protocol in offered), None)
