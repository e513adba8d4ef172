"""The outbox: what listeners are told of, once, whole, and whatever the order in which transactions commit."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import NewCharger
from homecharge.domain.events import KEPT, EventKind, Position, first_id
from homecharge.domain.homes import Location
from homecharge.domain.schedules import Manual, Once
from homecharge.domain.session_state import Status
from homecharge.services.listening import PAGE, News, begin_listening, list_topics, read_news
from homecharge.services.schedules import Wish, add_schedule, remove_schedule
from homecharge.storage.database import Database, InvariantBroken
from homecharge.storage.models import EventRow, Member
from homecharge.storage.outbox import note_personal
from homecharge.storage.queries.retention import purge
from homecharge.storage.queries.sessions import add_sessions, get_session, move_sessions
from homecharge.storage.types import new_id
from tests.charges import Charge
from tests.homes import NOW, join, make_charger, make_session, sign_up

LONG_AGO = Position(first_id(datetime(2020, 1, 1, tzinfo=UTC)))


def start(database: Database, caller: Caller) -> Position:
    with database.read() as db:
        return begin_listening(db, None, caller=caller).position


def hear(database: Database, caller: Caller, position: Position) -> News:
    with database.read() as db:
        return read_news(db, position, caller=caller)


def told(news: News) -> set[tuple[EventKind, str]]:
    return {(change.kind, change.resource_id) for change in news.changes}


def test_a_session_that_moves_is_told_with_its_charger(database: Database, ada: Caller, charger: NewCharger):
    position = start(database, ada)
    with database.write() as db:
        session = make_session(db, charger, ada)

    news = hear(database, ada, position)
    again = hear(database, ada, news.position)

    assert told(news) == {(EventKind.SESSION_CHANGED, session.id), (EventKind.CHARGER_CHANGED, charger.id)}
    assert again.changes == ()


def test_a_unit_that_fails_tells_nothing(database: Database, ada: Caller, charger: NewCharger):
    position = start(database, ada)
    with pytest.raises(InvariantBroken), database.write() as db:  # noqa: PT012 - it fails because of both
        session = make_session(db, charger, ada)
        add_sessions(db, [session])

    assert hear(database, ada, position).changes == ()


def test_a_move_that_another_was_quicker_with_is_not_a_change(database: Database, ada: Caller, charger: NewCharger):
    with database.write() as db:
        session = make_session(db, charger, ada, status=Status.CHARGING)
    position = start(database, ada)

    with database.write() as db:
        stale = get_session(db, session.id)
        assert move_sessions(db, [(stale, stale)], now=NOW)

    assert hear(database, ada, position).changes == ()


def test_of_many_changes_in_a_row_the_last_is_told(database: Database, ada: Caller, home: Location):
    position = start(database, ada)
    with database.write() as db:
        charge = Charge(db, ada, home, start=NOW)
    with database.write() as db:
        charge.db = db
        charge.stop(NOW + timedelta(minutes=5), 500)

    news = hear(database, ada, position)

    with database.read() as db:
        newest = db.scalars(select(EventRow.id).where(EventRow.resource_id == charge.id).order_by(EventRow.id)).all()
    assert len(newest) > 1
    assert [change.id for change in news.changes if change.resource_id == charge.id] == [newest[-1]]


def test_live_power_is_told_every_five_seconds_at_most(database: Database, ada: Caller, home: Location):
    with database.write() as db:
        charge = Charge(db, ada, home, start=NOW)
    counts = []
    for second in range(1, 12):
        with database.write() as db:
            charge.db = db
            charge.sample(NOW + timedelta(minutes=3, seconds=second), 100 * second)
        with database.read() as db:
            of_it = EventRow.resource_id == charge.id
            counts.append(len(db.scalars(select(EventRow.id).where(of_it)).all()))

    assert [count - counts[0] for count in counts] == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2]


def test_what_commits_late_is_told_although_a_later_one_was_told_before(
    database: Database, ada: Caller, home: Location
):
    position = start(database, ada)
    late = {"id": new_id(), "kind": EventKind.SESSION_CHANGED, "resource_id": "a", "location_id": home.id}
    quick = {**late, "id": new_id()}
    with database.write() as db:
        db.execute(insert(EventRow).values(quick))
    first = hear(database, ada, position)
    with database.write() as db:
        db.execute(insert(EventRow).values(late))
    second = hear(database, ada, first.position)
    third = hear(database, ada, second.position)

    assert [change.id for change in first.changes] == [quick["id"]]
    assert [change.id for change in second.changes] == [late["id"]]
    assert third.changes == ()


def test_a_long_backlog_comes_page_by_page_and_whole(database: Database, ada: Caller, home: Location):
    rows = [
        {"id": new_id(), "kind": EventKind.SESSION_CHANGED, "resource_id": str(n % 120), "location_id": home.id}
        for n in range(300)
    ]
    with database.write() as db:
        db.execute(insert(EventRow), rows)

    pages, position, has_more = [], LONG_AGO, True
    while has_more:
        news = hear(database, ada, position)
        pages.append([change.resource_id for change in news.changes])
        position, has_more = news.position, news.has_more

    assert [len(page) for page in pages] == [PAGE, PAGE, 20]
    assert sorted(each for page in pages for each in page) == sorted({row["resource_id"] for row in rows})


def test_a_page_in_the_past_leaves_nothing_out(database: Database, ada: Caller, home: Location):
    past = [first_id(datetime.now(UTC) - timedelta(minutes=n))[:-1] + "1" for n in range(120, 60, -1)]  # noqa: TID251
    rows = [
        {"id": id_, "kind": EventKind.CHARGER_CHANGED, "resource_id": str(n), "location_id": home.id}
        for n, id_ in enumerate(past)
    ]
    with database.write() as db:
        db.execute(insert(EventRow), rows)

    first = hear(database, ada, LONG_AGO)
    second = hear(database, ada, first.position)

    assert first.position == Position(past[PAGE - 1])
    assert [change.id for change in (*first.changes, *second.changes)] == past


def test_whoever_is_removed_hears_no_more(database: Database, ada: Caller, home: Location, charger: NewCharger):
    with database.write() as db:
        bob = sign_up(db, "Bob")
        join(db, home, bob, MemberRole.ADMIN)
    position = start(database, bob)
    with database.write() as db:
        db.execute(delete(Member).where(Member.account_id == bob.account_id))
        make_session(db, charger, ada)

    news = hear(database, bob, position)

    assert news.changes == ()
    assert news.topics == (f"account:{bob.account_id}",)


def test_what_has_rung_lately_is_known(database: Database, ada: Caller, home: Location, charger: NewCharger):
    now = datetime.now(UTC)  # noqa: TID251 - ids go by it
    with database.write() as db:
        make_session(db, charger, ada)
        note_personal(db, EventKind.NOTIFICATION, "of Ada", ada.account_id)

    with database.read() as db:
        assert list_topics(db, since=now - timedelta(minutes=1)) == {f"account:{ada.account_id}", f"location:{home.id}"}
        assert list_topics(db, since=now + timedelta(minutes=1)) == set()


def test_a_listener_listens_to_each_of_its_homes(database: Database, ada: Caller, home: Location):
    with database.read() as db:
        news = begin_listening(db, None, caller=ada)

    assert news.topics == (f"account:{ada.account_id}", f"location:{home.id}")


@pytest.mark.parametrize("last", ["nonsense", first_id(datetime(2020, 1, 1, tzinfo=UTC))])
def test_whoever_was_away_too_long_looks_anew(database: Database, ada: Caller, charger: NewCharger, last: str):
    with database.read() as db:
        news = begin_listening(db, last, caller=ada)

    assert (news.is_reset, news.changes) == (True, ())
    assert hear(database, ada, news.position).changes == ()


def test_whoever_was_away_a_while_is_told_what_happened(database: Database, ada: Caller, home: Location):
    with database.read() as db:
        before = begin_listening(db, None, caller=ada).id
    with database.write() as db:
        charger = make_charger(db, ada, home)
    with database.read() as db:
        news = begin_listening(db, before, caller=ada)

    assert not news.is_reset
    assert (EventKind.CHARGER_CHANGED, charger.id) in told(news)


def test_occurrences_that_are_gone_are_told_too(database: Database, ada: Caller, charger: NewCharger):
    manual = Manual(on=Once(NOW.date() + timedelta(days=1)), start_time=NOW.time(), end_time=None, limit=None)
    with database.write() as db:
        seen = add_schedule(db, charger.id, Wish(spec=manual), caller=ada, now=NOW)
    position = start(database, ada)
    with database.write() as db:
        remove_schedule(db, seen, caller=ada, now=NOW)

    kinds = {change.kind for change in hear(database, ada, position).changes}

    assert EventKind.OCCURRENCE_CHANGED in kinds


def test_events_are_kept_for_a_day(database: Database, ada: Caller, home: Location):
    now = datetime.now(UTC)  # noqa: TID251 - ids go by it
    rows = [
        {"id": first_id(now - KEPT + timedelta(minutes=minute)), "kind": EventKind.CHARGER_CHANGED, "resource_id": "a"}
        for minute in (-2, -1, 1)
    ]
    with database.write() as db:
        db.execute(delete(EventRow))
        db.execute(insert(EventRow), rows)
        gone = purge(db, "events", now=now, kept=KEPT)

    with database.read() as db:
        left = db.scalars(select(EventRow.id)).all()
    assert (gone, left) == (2, [rows[-1]["id"]])
