"""Rate limits count attempts, in Redis for all processes and in each one while Redis is away."""

import pytest
import redis
from flask import Flask

from homecharge.domain.errors import Unauthenticated
from homecharge.web.limits import RateLimits, TooManyAttempts, address
from tests.web.conftest import START


@pytest.fixture(params=["memory", "redis", "redis is away"])
def rates(request: pytest.FixtureRequest) -> RateLimits:
    if request.param == "memory":
        return RateLimits(None)
    url: str = request.getfixturevalue("redis_url") if request.param == "redis" else "redis://127.0.0.1:1/0"
    return RateLimits(url)


def fail_to_sign_in(rates: RateLimits) -> None:
    with rates.count_failures("2/minute", "login", "ada", now=START):
        raise Unauthenticated


def test_attempts_beyond_the_rate_are_refused(rates: RateLimits) -> None:
    for _ in range(2):
        rates.spend("2/minute", "register", "192.0.2.7", now=START)

    with pytest.raises(TooManyAttempts) as refused:
        rates.spend("2/minute", "register", "192.0.2.7", now=START)

    assert 1 <= refused.value.retry_after_s <= 60


def test_each_key_is_counted_by_itself(rates: RateLimits) -> None:
    rates.spend("1/minute", "register", "192.0.2.7", now=START)

    rates.spend("1/minute", "register", "192.0.2.8", now=START)

    with pytest.raises(TooManyAttempts):
        rates.spend("1/minute", "register", "192.0.2.7", now=START)


def test_the_narrowest_of_several_rates_counts(rates: RateLimits) -> None:
    for _ in range(2):
        rates.spend("9/second;2/hour", "register", "192.0.2.7", now=START)

    with pytest.raises(TooManyAttempts) as refused:
        rates.spend("9/second;2/hour", "register", "192.0.2.7", now=START)

    assert refused.value.retry_after_s > 60


def test_only_failures_are_counted(rates: RateLimits) -> None:
    for _ in range(5):
        with rates.count_failures("2/minute", "login", "ada", now=START):
            pass
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            fail_to_sign_in(rates)

    with pytest.raises(TooManyAttempts):
        fail_to_sign_in(rates)


def test_processes_count_together_in_redis(redis_url: str) -> None:
    one, other = RateLimits(redis_url), RateLimits(redis_url)
    one.spend("1/minute", "register", "192.0.2.7", now=START)

    with pytest.raises(TooManyAttempts):
        other.spend("1/minute", "register", "192.0.2.7", now=START)

    with redis.Redis.from_url(redis_url) as client:
        assert all(client.ttl(key) > 0 for key in client.scan_iter())


@pytest.mark.parametrize(
    ("remote", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("a socket file", "unknown"),
        ("", "unknown"),
    ],
)
def test_an_address_is_counted_as_the_network_its_owner_has(remote: str, counted: str) -> None:
    with Flask("test").test_request_context(environ_base={"REMOTE_ADDR": remote}):
        assert address() == counted
