"""What support agents look up, with one question each."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, update

from homecharge.domain.chargers import LineState
from homecharge.domain.errors import NotFound
from homecharge.domain.pages import Keyset
from homecharge.domain.session_state import Status
from homecharge.domain.support import Found, MessageFilters, Story
from homecharge.domain.texts import DEFAULT
from homecharge.ports.units import Db
from homecharge.services.support import list_chargers, list_messages, tell_story
from homecharge.services.support_search import search
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, Message
from homecharge.storage.types import new_id
from tests.homes import NOW, make_charger, make_home, make_session, sign_up
from tests.schedules import planned, schedule

DUE = NOW + timedelta(hours=1)


class Scene:
    """Ada's home with a charger."""

    def __init__(self, db: Db) -> None:
        self.ada = sign_up(db)
        self.home = make_home(db, self.ada)
        self.charger = make_charger(db, self.ada, self.home, "GARAGE_1")


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as db:
        return Scene(db)


def log(
    db: Db,
    scene: Scene,
    at: datetime,
    *,
    action: str = "Heartbeat",
    direction: str = "in",
    body: str = '[2,"1","Heartbeat",{}]',
) -> str:
    id_ = new_id()
    row = {"id": id_, "charger_id": scene.charger.id, "connection_id": "the line", "at": at, "direction": direction}
    db.execute(insert(Message).values(row | {"kind": "call", "action": action, "ocpp_id": "1", "body": body}))
    return id_


def story(db: Db, key: str) -> Story:
    return tell_story(db, key, language=DEFAULT, now=NOW)


def test_one_question_tells_the_whole_story(database: Database, scene: Scene):
    with database.write() as db:
        nightly = schedule(db, scene.charger.id, scene.ada, now=NOW)
        session = planned(db, nightly.id)
        log(db, scene, NOW)

        told = story(db, session.reference.lower())

    assert told.session.session == session
    assert told.driver is not None
    assert (told.driver.email, told.location.name, told.charger.identity) == ("ada@example.org", "Home", "GARAGE_1")
    assert told.charger.owner == told.driver
    assert told.schedule is not None
    assert told.occurrence is not None
    assert (told.schedule.id, told.schedule.spec["start_time"]) == (nightly.id, "00:30")
    assert (told.occurrence.id, told.occurrence.local_date) == (session.occurrence_id, "2026-11-21")
    assert [step.text for step in told.timeline] == ["Planned by its schedule for Sat 21 Nov 00:30."]
    assert [message.action for message in told.messages] == ["Heartbeat"]
    assert [view.session.id for view in told.tries] == [session.id]


def test_the_tries_of_one_intention_come_together_whichever_is_asked_for(database: Database, scene: Scene):
    with database.write() as db:
        tries = [make_session(db, scene.charger, scene.ada, status=Status.REJECTED, wake_at=None)]
        for attempt in (2, 3):
            further = {"recovers_session_id": tries[-1].id, "attempt": attempt, "wake_at": None}
            tries.append(make_session(db, scene.charger, scene.ada, status=Status.REJECTED, **further))
        ids = [each.id for each in tries]

        chains = [[view.session.id for view in story(db, id_).tries] for id_ in ids]

    assert chains == [ids, ids, ids]


def test_a_session_of_nobody_on_a_charger_that_is_gone_has_its_story_too(database: Database, scene: Scene):
    with database.write() as db:
        session = make_session(db, scene.charger, None, status=Status.REJECTED, wake_at=None)
        db.execute(update(Charger).values(deleted_at=NOW))

        told = story(db, session.id)

    assert (told.driver, told.schedule, told.occurrence) == (None, None, None)
    assert told.charger.deleted_at == NOW


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [(5, 5, (5, 5)), (300, 300, (100, 100)), (300, 20, (180, 20)), (20, 300, (20, 180)), (0, 300, (0, 200))],
)
def test_the_messages_are_the_two_hundred_around_the_decision(
    database: Database, scene: Scene, before: int, after: int, shown: tuple[int, int]
):
    with database.write() as db:
        session = make_session(db, scene.charger, scene.ada, status=Status.CHARGING, commanded_at=DUE)
        instants = [DUE + timedelta(seconds=second) for second in range(-before + 1, after + 1)]
        for at in instants:
            log(db, scene, at)

        messages = story(db, session.id).messages

    assert [message.at for message in messages] == instants[before - shown[0] : before + shown[1]]


@pytest.mark.parametrize("key", ["019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d", "nonsense"])
def test_there_is_no_story_of_what_never_was(database: Database, scene: Scene, key: str):
    with database.read() as db, pytest.raises(NotFound):
        story(db, key)


def test_messages_are_shown_newest_first_by_action_direction_and_time(database: Database, scene: Scene):
    with database.write() as db:
        ids = [
            log(db, scene, NOW + timedelta(seconds=second), action=action, direction=direction)
            for second, (action, direction) in enumerate(
                [("BootNotification", "in"), ("BootNotification", "out"), ("Heartbeat", "in"), ("MeterValues", "in")]
            )
        ]
    boot, answer, heartbeat, meter = ids

    def shown(**filters: object) -> list[str]:
        with database.read() as db:
            page = list_messages(db, scene.charger.id, MessageFilters(**filters), Keyset())
        return [message.id for message in page.items]

    assert shown() == [meter, heartbeat, answer, boot]
    assert shown(actions=("BootNotification", "Heartbeat")) == [heartbeat, answer, boot]
    assert shown(direction="out") == [answer]
    assert shown(since=NOW + timedelta(seconds=1), until=NOW + timedelta(seconds=3)) == [heartbeat, answer]


def test_the_messages_of_no_charger_are_not_found(database: Database, scene: Scene):
    with database.read() as db, pytest.raises(NotFound):
        list_messages(db, new_id(), MessageFilters(), Keyset())


@pytest.mark.parametrize(
    ("frame", "body", "text"),
    [
        (
            '[2,"1","StartTransaction",{"idTag":"04A1B2C3D4","meterStart":0}]',
            [2, "1", "StartTransaction", {"idTag": "04A1…D4", "meterStart": 0}],
            None,
        ),
        (
            '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"6d79"}]',
            [2, "1", "ChangeConfiguration", {"key": "AuthorizationKey", "value": "…"}],
            None,
        ),
        ('[2,"1","Authorize",{"idTag": "04A1B2C3D4"', None, '[2,"1","Authorize",{"idTag": "04A1…D4"'),
        ("hello", None, "hello"),
        ("[" * 5000, None, "[" * 5000),
    ],
)
def test_messages_show_no_secret(database: Database, scene: Scene, frame: str, body: object, text: str | None):
    with database.write() as db:
        log(db, scene, NOW, body=frame)

        [message] = list_messages(db, scene.charger.id, MessageFilters(), Keyset()).items

    assert (message.body, message.text) == (body, text)
    assert "04A1B2C3D4" not in json.dumps(message.body) + str(message.text)


def test_chargers_are_found_by_a_part_of_their_name_and_by_their_line(database: Database, scene: Scene):
    with database.write() as db:
        wall = make_charger(db, scene.ada, scene.home, "wall_2")
        lost = make_charger(db, scene.ada, scene.home, "wallx3")
        gone = make_charger(db, scene.ada, scene.home, "wall_4")
        line = {"connection_id": "the line", "connected_at": NOW, "first_seen_at": NOW}
        db.execute(update(Charger).where(Charger.id == wall.id).values(line))
        db.execute(update(Charger).where(Charger.id == lost.id).values(first_seen_at=NOW))
        db.execute(update(Charger).where(Charger.id == gone.id).values(deleted_at=NOW))

    def found(text: str | None = None, state: LineState | None = None) -> set[str]:
        with database.read() as db:
            return {charger.id for charger in list_chargers(db, Keyset(), text=text, state=state, now=NOW).items}

    assert found() == {scene.charger.id, wall.id, lost.id}
    assert found("WALL_") == {wall.id}
    assert found("drive") == {scene.charger.id, wall.id, lost.id}
    assert found(state=LineState.ONLINE) == {wall.id}
    assert found(state=LineState.OFFLINE) == {lost.id}
    assert found(state=LineState.NEVER) == {scene.charger.id}
    assert found("wall", LineState.NEVER) == set()


def test_one_box_finds_whatever_is_read_down_the_phone(database: Database, scene: Scene):
    with database.write() as db:
        session = make_session(db, scene.charger, scene.ada, status=Status.REJECTED, reason="car_unplugged")

    def found(text: str) -> list[tuple[Found, str]]:
        with database.read() as db:
            return [(hit.kind, hit.id) for hit in search(db, text, language=DEFAULT, now=NOW).items]

    the_session, the_charger = (Found.SESSION, session.id), (Found.CHARGER, scene.charger.id)
    the_driver = (Found.DRIVER, scene.ada.account_id)
    assert found(session.id) == found(f" {session.reference.lower()} ") == [the_session]
    assert found("garage_1") == found("GARAGE_1") == found(scene.charger.id) == [the_charger]
    assert found("Ada@Example.org") == found(scene.ada.account_id) == [the_driver, the_charger]


def test_a_hit_says_what_it_is(database: Database, scene: Scene):
    with database.write() as db:
        session = make_session(db, scene.charger, scene.ada, status=Status.REJECTED, reason="car_unplugged")
        db.execute(update(Charger).values(deleted_at=NOW))

        hits = [
            *search(db, session.reference, language=DEFAULT, now=NOW).items,
            *search(db, "ada@example.org", language=DEFAULT, now=NOW).items,
        ]

    assert [(hit.title, hit.detail) for hit in hits] == [
        (session.reference, "Boost, Rejected (Car not plugged in)"),
        ("Ada", "ada@example.org"),
        ("GARAGE_1", "Drive, Home, Never connected, removed"),
    ]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d", "Nothing stored goes by this id."),
        ("K7Q2-9MXQ", "This looks like a session's reference"),
        ("nobody@example.org", "Nothing is known by this name."),
        ("50%", "Nothing is known by this name."),
        ("  ", "Nothing is known by this name."),
    ],
)
def test_what_is_not_found_is_explained(database: Database, scene: Scene, text: str, note: str):
    with database.read() as db:
        result = search(db, text, language=DEFAULT, now=NOW)

    assert result.items == ()
    assert (result.note or "").startswith(note)
