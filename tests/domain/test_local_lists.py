"""Who is on a charger's list, and what it is told to keep that true."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homecharge.domain.local_lists import (
    FEATURE,
    KEPT_UNLESS_SAID,
    SENT_UNLESS_SAID,
    KeptList,
    ListedCard,
    ListEntry,
    ListRoom,
    ListState,
    ListStatus,
    ListUpdate,
    Source,
    entries_of,
    plan_updates,
    room_of,
    state_of,
    told_local_list,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
HOME = "00112233445566778899"
ROOM = ListRoom(kept=100, sent=3)


def card(uid: str, source: Source = Source.HOME, *, is_good: bool = True, **more: Any) -> ListedCard:
    return ListedCard(uid_key=uid, source=source, is_good=is_good, **more)


def good(uid: str) -> ListEntry:
    return ListEntry(uid, ListStatus.ACCEPTED, None, HOME)


def bad(uid: str) -> ListEntry:
    return ListEntry(uid, ListStatus.BLOCKED)


def entries(*cards: ListedCard, most: int = 100) -> tuple[ListEntry, ...]:
    return entries_of(cards, parent_id_tag=HOME, most=most)


def kept(*uids: str, version: int = 5, days: int = 1) -> KeptList:
    return KeptList(version, NOW - timedelta(days=days), tuple(map(good, uids)))


def plan(known: KeptList, *wanted: ListEntry, reported: int | None) -> tuple[ListUpdate, ...]:
    return plan_updates(known, wanted, reported=reported, room=ROOM, now=NOW)


def test_good_cards_are_accepted_in_the_group_of_the_home_and_others_blocked():
    listed = entries(card("B", is_good=False, expires_at=NOW), card("A", expires_at=SOON))

    assert listed == (ListEntry("A", ListStatus.ACCEPTED, SOON, HOME), bad("B"))


def test_what_no_charger_can_read_is_not_listed():
    assert entries(card("X" * 21), card("")) == ()


@pytest.mark.parametrize(
    ("first", "second", "listed"),
    [
        (card("A", is_good=False), card("A", Source.GROUP), good("A")),
        (card("A", Source.GROUP), card("A", is_good=False), good("A")),
        (card("A", is_good=False), card("A", Source.REIMBURSEMENT), bad("A")),
        (card("A", Source.REIMBURSEMENT), card("A", Source.GROUP, is_good=False), bad("A")),
    ],
)
def test_local_groups_judge_a_card_before_its_provider_and_one_good_entry_is_enough(
    first: ListedCard, second: ListedCard, listed: ListEntry
):
    assert entries(first, second) == (listed,)


def test_where_there_is_no_room_for_all_the_most_useful_stay():
    cards = [
        card("A", is_good=False),
        card("B", Source.GROUP),
        card("C", Source.REIMBURSEMENT),
        card("D"),
        card("E", Source.GROUP),
    ]

    assert [[e.uid_key for e in entries(*cards, most=most)] for most in range(1, 6)] == [
        ["D"],
        ["C", "D"],
        ["B", "C", "D"],
        ["B", "C", "D", "E"],
        ["A", "B", "C", "D", "E"],
    ]


@pytest.mark.parametrize(
    ("told", "room"),
    [
        (None, ListRoom(KEPT_UNLESS_SAID, SENT_UNLESS_SAID)),
        ({"LocalAuthListMaxLength": "many", "SendLocalListMaxLength": "0"}, ListRoom(200, 20)),
        ({"LocalAuthListMaxLength": "0", "SendLocalListMaxLength": "5"}, ListRoom(0, 5)),
    ],
)
def test_a_chargers_maxima_count_where_it_tells_them(told: dict[str, str | None] | None, room: ListRoom):
    assert room_of(told) == room


@pytest.mark.parametrize(("profiles", "told"), [([], None), (["Core"], False), (["Core", FEATURE], True)])
def test_whether_a_charger_has_lists_is_what_it_says(profiles: list[str], *, told: bool | None):
    assert told_local_list({"feature_profiles": profiles}) is told


@pytest.mark.parametrize("reported", [None, -1, 0])
def test_a_charger_that_has_nothing_and_is_to_have_nothing_is_told_nothing(reported: int | None):
    assert plan(KeptList(), reported=reported) == ()
    assert plan(kept(version=5, days=99), reported=0) == ()


@pytest.mark.parametrize("reported", [None, -1, 0])
def test_the_first_list_is_a_full_one_in_parts(reported: int | None):
    assert plan(KeptList(), *map(good, "ABCDEFG"), reported=reported) == (
        ListUpdate(1, is_full=True, put=(good("A"), good("B"), good("C"))),
        ListUpdate(2, is_full=False, put=(good("D"), good("E"), good("F"))),
        ListUpdate(3, is_full=False, put=(good("G"),)),
    )


def test_a_list_of_somebody_else_is_replaced_by_a_higher_version():
    assert plan(KeptList(), reported=41) == (ListUpdate(42, is_full=True),)
    assert plan(kept("A"), good("A"), reported=41) == (ListUpdate(42, is_full=True, put=(good("A"),)),)


def test_versions_begin_again_before_they_run_out():
    assert plan(KeptList(), good("A"), reported=2**31 - 1)[0].version == 1


def test_a_list_that_is_as_it_should_be_is_left_alone():
    assert plan(kept("A", "B"), good("A"), good("B"), reported=5) == ()


def test_differences_take_off_before_they_put_on():
    told = plan(kept("A", "B", "C", "D"), bad("B"), good("C"), good("D"), good("E"), good("F"), reported=5)

    assert told == (
        ListUpdate(6, is_full=False, put=(bad("B"), good("E")), removed=("A",)),
        ListUpdate(7, is_full=False, put=(good("F"),)),
    )


def test_the_last_card_is_taken_off():
    assert plan(kept("A"), reported=5) == (ListUpdate(6, is_full=False, removed=("A",)),)


def test_differences_that_are_longer_than_the_list_make_it_a_full_one():
    [told] = plan(kept("A", "B", "C", "D"), good("E"), reported=5)

    assert told == ListUpdate(6, is_full=True, put=(good("E"),))


@pytest.mark.parametrize(("reported", "days"), [(4, 1), (0, 1), (None, 1), (5, 8)])
def test_another_version_and_an_old_list_are_healed_with_a_full_one(reported: int | None, days: int):
    assert plan(kept("A", days=days), good("A"), reported=reported) == (ListUpdate(6, is_full=True, put=(good("A"),)),)


@pytest.mark.parametrize(
    ("refused", "sent_days", "due_h", "tries", "state"),
    [
        (True, 1, None, 0, ListState.REFUSED),
        (False, None, None, 0, None),
        (False, None, 1, 0, None),
        (False, None, 1, 1, ListState.DUE),
        (False, None, -1, 0, ListState.DUE),
        (False, 1, 1, 0, ListState.KEPT),
        (False, 1, 1, 1, ListState.DUE),
        (False, 1, None, 0, ListState.KEPT),
        (False, 1, -1, 0, ListState.DUE),
        (False, 8, -1, 0, ListState.OUTDATED),
    ],
)
def test_how_a_list_stands_is_said_in_one_word(
    *, refused: bool, sent_days: int | None, due_h: int | None, tries: int, state: ListState | None
):
    sent_at = None if sent_days is None else NOW - timedelta(days=sent_days)
    due_at = None if due_h is None else NOW + timedelta(hours=due_h)

    stands = {"is_refused": refused, "is_sent": sent_at is not None, "sent_at": sent_at, "due_at": due_at}
    assert state_of(**stands, tries=tries, now=NOW) is state
