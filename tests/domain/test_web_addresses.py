"""Which URLs of others are gone to, as far as one can see without asking."""

import pytest

from homecharge.domain.web_addresses import base_url_problem, is_public, url_problem

PRIVATE = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0X7F.0x1",
    "0177.0.0.1",
    "0x",
    "10.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "192.168.1.1",
    "0.0.0.0",
    "224.0.0.1",
    "localhost",
    "LOCALHOST.",
    "db.localhost",
    "[::1]",
    "[::]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[2002:7f00:1::]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b:1::1]",
    "[fd00::1]",
    "[fe80::1%25eth0]",
    "[fec0::1]",
    "[ff0e::1]",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_a_host_that_is_written_as_a_private_address_is_refused_unless_private_ones_are_allowed(host: str):
    url = f"http://{host}:8080/ocpi"

    assert url_problem(url, allow_private=False) == "A private address."
    assert url_problem(url, allow_private=True) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://prices.example/v1/rates?area=C",
        "http://8.8.8.8/",
        "http://8.8.2056/",
        "http://[2001:4860:4860::8888]:8443/",
        "http://[64:ff9b::8.8.8.8]/",
        "http://08.example/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://1.2.3.256/",
        "http://089.1.1.1/",
        "https://localhost.example/",
    ],
)
def test_anything_else_on_the_web_is_an_address_until_it_is_asked(url: str):
    assert url_problem(url, allow_private=False) is None


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "http"),
        ("prices.example", "http"),
        ("//prices.example/", "http"),
        ("ftp://prices.example", "http"),
        ("file:///etc/passwd", "http"),
        ("gopher://prices.example:70/", "http"),
        ("https://", "http"),
        ("https://:8080/", "http"),
        ("https://[::1", "http"),
        ("https://prices.example:0/", "http"),
        ("https://prices.example:99999/", "http"),
        ("https://prices.example:port/", "http"),
        ("https://prices.example/a b", "http"),
        ("https://prices.example/\r\nHost: other", "http"),
        ("https://prices.example/\u00e9", "http"),
        ("https://ada:secret@prices.example/", "password"),
        ("https://ada@prices.example/", "password"),
        ("https://@prices.example/", "password"),
        ("https://prices.example/" + "x" * 478, "At most 500"),
        ("https://prices.example/" + "x" * 1_000_000, "At most 500"),
    ],
)
def test_what_is_no_address_on_the_web_is_told_in_a_sentence(url: str, says: str):
    message = url_problem(url, allow_private=True)

    assert message is not None
    assert says in message
    assert message.endswith(".")


@pytest.mark.parametrize(
    ("url", "is_sound"),
    [
        ("https://ocpi.example/emsp/2.2.1", True),
        ("https://ocpi.example/emsp/2.2.1/", True),
        ("https://ocpi.example/?key=1", False),
        ("https://ocpi.example/#tokens", False),
        ("ftp://ocpi.example/", False),
    ],
)
def test_an_interface_has_an_address_that_paths_can_follow(url: str, is_sound: bool):  # noqa: FBT001 - a column of a table
    assert (base_url_problem(url, allow_private=False) is None) is is_sound


def test_the_zone_of_an_address_says_nothing_about_its_reach():
    assert not is_public("fe80::1%eth0")
    assert is_public("2001:4860:4860::8888%eth0")
