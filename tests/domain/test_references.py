"""References are read down the phone and typed in a hurry: their check character must notice."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homecharge.domain.references import ALPHABET, REFERENCE_BITS, TAG_BYTES, find_reference, reference, tag

numbers = st.integers(0, 2**REFERENCE_BITS - 1)


@given(numbers)
def test_a_reference_is_eight_characters_in_two_groups(number: int):
    written = reference(number)

    first, last = written.split("-")
    assert (len(first), len(last)) == (4, 4)
    assert set(first + last) <= set(ALPHABET)
    assert find_reference(written) == written


def test_references_of_different_numbers_differ():
    assert len({reference(number * 104_729) for number in range(10_000)}) == 10_000


@given(numbers, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_a_single_wrong_character_is_noticed(number: int, place: int, letter: str):
    letters = list(reference(number).replace("-", ""))
    is_wrong = letters[place] != letter
    letters[place] = letter

    assert (find_reference("".join(letters)) is None) is is_wrong


def test_every_swap_of_two_neighbours_is_noticed_but_that_of_0_and_z():
    unnoticed = set()
    for number in range(0, 2**REFERENCE_BITS, 2**REFERENCE_BITS // 20_000):
        letters = reference(number).replace("-", "")
        for place, (one, two) in enumerate(pairwise(letters)):
            swapped = letters[:place] + two + one + letters[place + 2 :]
            if one != two and find_reference(swapped) is not None:
                unnoticed.add(frozenset((one, two)))

    assert unnoticed == {frozenset("0Z")}


def test_every_pair_of_neighbours_but_0_and_z_changes_the_check_when_swapped():
    # the check character of a reference whose last two characters before it are these, all others 0
    checks = {
        pair: reference(ALPHABET.index(pair[0]) * 32 + ALPHABET.index(pair[1]))[-1]
        for pair in product(ALPHABET, repeat=2)
    }

    same = {pair for pair, check in checks.items() if pair[0] != pair[1] and checks[pair[1], pair[0]] == check}

    assert same == {("0", "Z"), ("Z", "0")}


@pytest.mark.parametrize(
    "typed",
    ["{0}", "{0} ", " {0}", "{1}", "{2}", "{3}"],
    ids=["as it is", "space after", "space before", "no hyphen", "lower case", "spaces between"],
)
def test_sloppy_typing_finds_it(typed: str):
    written = reference(20_000_000_001)
    plain = written.replace("-", "")

    found = find_reference(typed.format(written, plain, written.lower(), " ".join(plain)))

    assert found == written


@given(numbers)
def test_letters_that_look_like_digits_are_taken_for_them(number: int):
    written = reference(number)
    misread = written.replace("0", "o").replace("1", "l"), written.replace("0", "O").replace("1", "I")

    assert [find_reference(text) for text in misread] == [written, written]


@pytest.mark.parametrize("text", ["", "K7Q2", "K7Q2-9MXPP", "K7Q2-9MU1", "jo@example.com", "ßßßßßßßß", "K7Q2_9MXP"])
def test_what_is_no_reference_is_none(text: str):
    assert find_reference(text) is None


def test_a_tag_is_twenty_upper_case_hex_digits():
    made = tag(bytes(range(0xF6, 0xF6 + TAG_BYTES)))

    assert made == "F6F7F8F9FAFBFCFDFEFF"
