"""Mails about accounts say what to do, and carry a link where there is something to do."""

import pytest

from homecharge.domain.mails import LIFETIMES, MailKind, compose
from homecharge.domain.texts import ENGLISH


def write(kind: MailKind) -> tuple[str, str]:
    return compose(kind, ENGLISH, name="Ada", app_url="https://app.example/account", token="t0k3n")


@pytest.mark.parametrize("kind", MailKind)
def test_a_link_is_in_the_mails_that_have_one_and_behind_the_hash(kind: MailKind):
    subject, text = write(kind)

    assert ("#token=t0k3n" in text) is (kind in LIFETIMES)
    assert (bool(subject), text.startswith("Hello Ada,\n")) == (True, True)


def test_the_link_opens_a_page_of_the_app():
    assert "\nhttps://app.example/account/reset-password#token=t0k3n\n" in write(MailKind.RESET_PASSWORD)[1]
