"""Feeds of prices: addresses, and when to ask again."""

from datetime import timedelta

import pytest

from homecharge.domain.feeds import ask_again_at, url_problem
from tests.domain.builders import at

NOW = at("00:30")


@pytest.mark.parametrize("url", ["https://prices.example/v1/rates?area=C", "http://10.0.0.1:8080/"])
def test_a_feed_is_any_address_on_the_web(url: str):
    assert url_problem(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "prices.example",
        "ftp://prices.example",
        "file:///etc/passwd",
        "https://",
        "https://[::1",
        "https://prices.example:0/",
        "https://prices.example:99999/",
        "https://prices.example/a b",
        "https://prices.example/\u00e9",
        "https://ada:secret@prices.example/",
        "https://prices.example/" + "x" * 500,
    ],
)
def test_what_is_no_address_is_told(url: str):
    message = url_problem(url)

    assert message is not None
    assert message.endswith(".")


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 30), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (999, 30)]
)
def test_after_each_failure_it_is_asked_later_again(failures: int, minutes: int):
    assert ask_again_at(failures, now=NOW) == NOW + timedelta(minutes=minutes)
