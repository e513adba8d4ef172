"""Rate limits on log-in, registration, joining and cards, counted in Redis where there is one, else in this process."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from math import ceil

from flask import request
from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter, RateLimiter

from homecharge.domain.errors import HomechargeError, TooMany, Unauthenticated
from homecharge.observability.logging import get_logger
from homecharge.settings import Settings

log = get_logger(__name__)


class TooManyAttempts(TooMany):
    """More attempts than the limit allows."""

    code = "too_many_attempts"
    title = "Too many attempts; try again later"
    advice = "Wait for `Retry-After` seconds; let nobody press the button before."


class RateLimits:
    """Counts attempts in moving windows. While Redis is away each process counts for itself: the door stays open."""

    def __init__(self, redis_url: str | None) -> None:
        self._own: RateLimiter = MovingWindowRateLimiter(MemoryStorage())
        self._shared: RateLimiter | None = None
        if redis_url is not None:
            quick = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
            self._shared = MovingWindowRateLimiter(storage_from_string(redis_url, wrap_exceptions=True, **quick))

    def spend(self, rate: str, *key: str, now: datetime) -> None:
        """Count one attempt of `key` ("register", address); raises TooManyAttempts when `rate` allows no more."""
        for limit in parse_many(rate):
            if not self._ask("hit", limit, key):
                raise self._refusal(limit, key, now=now)

    @contextmanager
    def count_failures(
        self, rate: str, *key: str, now: datetime, of: type[HomechargeError] = Unauthenticated
    ) -> Iterator[None]:
        """Count what raises `of` inside; raises TooManyAttempts at once when `rate` allows no more of it."""
        limits = parse_many(rate)
        for limit in limits:
            if not self._ask("test", limit, key):
                raise self._refusal(limit, key, now=now)
        try:
            yield
        except of:
            for limit in limits:
                self._ask("hit", limit, key)
            raise

    def forget(self, rate: str, *key: str) -> None:
        """Count the attempts of `key` anew."""
        for limit in parse_many(rate):
            self._own.clear(limit, *key)
            if self._shared is not None:
                try:
                    self._shared.clear(limit, *key)
                except StorageError as away:
                    log.warning("rate_limits.storage_away", error=str(away.storage_error))

    def _ask(self, question: str, limit: RateLimitItem, key: tuple[str, ...]) -> bool:
        answer: bool
        if self._shared is not None:
            try:
                answer = getattr(self._shared, question)(limit, *key)
            except StorageError as away:
                log.warning("rate_limits.storage_away", error=str(away.storage_error))
            else:
                return answer
        answer = getattr(self._own, question)(limit, *key)
        return answer

    def _refusal(self, limit: RateLimitItem, key: tuple[str, ...], *, now: datetime) -> TooManyAttempts:
        try:
            reset_at = (self._shared or self._own).get_window_stats(limit, *key).reset_time
        except StorageError:
            reset_at = now.timestamp() + limit.get_expiry()
        return TooManyAttempts(retry_after_s=min(max(1, ceil(reset_at - now.timestamp())), limit.get_expiry()))


@contextmanager
def count_failed_log_ins(
    rates: RateLimits, settings: Settings, *, email: str, is_known: bool, now: datetime
) -> Iterator[None]:
    """Count guesses at a password, without giving those who guess a means to keep the owner out.

    Always per account and address. From an address that the account has not signed in from, also per account, from
    however many such addresses, and per address, at however many such accounts. Who guesses from elsewhere therefore
    spends nothing that an address of the owner's needs; a device that is signed in renews its tokens uncounted.
    """
    here = address()
    counted: list[tuple[str, tuple[str, ...]]] = [(settings.rate_login, ("login", email, here))]
    if not is_known:
        counted.append((settings.rate_login_account, ("login-account", email)))
        counted.append((settings.rate_login_address, ("login-address", here)))
    with ExitStack() as stack:
        for rate, key in counted:
            stack.enter_context(rates.count_failures(rate, *key, now=now))
        yield


def network_digest(secret_key: str) -> str:
    """The address in a form that knows it again and does not tell it: keyed, for there are few addresses."""
    return hmac.new(secret_key.encode(), f"network {address()}".encode(), hashlib.sha256).hexdigest()


def address() -> str:
    """Where the request comes from; of an IPv6 address the /64 that its owner can move in (RFC 6177)."""
    try:
        known = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or IPv6Address(int(known) >> 64 << 64))
    return str(known)
