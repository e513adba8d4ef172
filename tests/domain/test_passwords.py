"""A password is good that is long enough and that nobody would guess; what it is made of does not matter."""

import pytest

from homecharge.domain.passwords import (
    LONGEST,
    PasswordRefused,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooPersonal,
    PasswordTooShort,
    require_good_password,
)

COMMON = frozenset({"1234567890", "password", "password1", "iloveyousomuchmore"})
ADA = ("ada.lovelace@example.org", "Ada King-Noel")


def check(password: str, *, shortest: int = 15) -> type[PasswordRefused] | None:
    try:
        require_good_password(password, shortest=shortest, about=ADA, common=COMMON)
    except PasswordRefused as refused:
        return type(refused)
    return None


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "onlylowercaseletters",
        "948206617305524",
        "fünfzehn Zeiche",
        "電気自動車を充電する家の壁の箱",
        "🚗🔌🏠⚡🌙🌞🚙🔋🛞🧭🎈🎲🎸🎺🎻",
        "ada walks seven green dogs",
        "x1" + "y" * (LONGEST - 2),
    ],
)
def test_what_nobody_would_guess_is_good_whatever_it_is_made_of(password: str):
    assert check(password) is None


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("of 14 letters.", PasswordTooShort),
        ("ﬁ" * 7, PasswordTooShort),
        ("x1y" * 50, PasswordTooLong),
        ("ﬀﬀ" * 40, PasswordTooLong),
        ("ILoveYouSoMuchMore", PasswordTooCommon),
        ("passwordPASSWORD", PasswordTooCommon),
        ("123456789012345", PasswordTooCommon),
        ("aaaaaaaaaaaaaaaa", PasswordTooCommon),
        ("abcabcabcabcabcabc", PasswordTooCommon),
        ("abcdefghijklmnop", PasswordTooCommon),
        ("zyxwvutsrqponmlk", PasswordTooCommon),
        ("ada.lovelace@example.org", PasswordTooPersonal),
        ("AdaLovelace-2026", PasswordTooPersonal),
        ("homecharge-king!", PasswordTooPersonal),
        ("homechargepassword1", PasswordTooPersonal),
    ],
)
def test_what_others_would_guess_is_refused_and_says_why(password: str, refusal: type[PasswordRefused]):
    assert check(password) is refusal


def test_a_shorter_one_is_good_where_that_is_asked_for():
    assert check("7 gr dog7", shortest=8) is None


def test_a_refusal_names_the_field_it_came_in():
    with pytest.raises(PasswordTooShort) as refused:
        require_good_password("short", shortest=15, about=(), common=COMMON, field="new_password")

    assert refused.value.errors == {"new_password": [refused.value.detail]}
