"""Decisions about cards: looked up by staff, by a home's admins, and from what they belong to."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from homecharge.domain.authorization_codes import AuthorizationStatus, Code
from homecharge.domain.authorization_trace import State, Step, TraceStep
from homecharge.domain.authorization_view import AuthorizationFilters, AuthorizationMark
from homecharge.domain.errors import NotFound
from homecharge.domain.pages import Keyset
from homecharge.domain.session_state import Kind, Status
from homecharge.domain.support import Found, MessageFilters
from homecharge.domain.texts import DEFAULT
from homecharge.ports.units import Db
from homecharge.services.authorizations import get_authorization, list_authorizations, list_authorizations_at
from homecharge.services.card_pages import LATEST, get_card_page
from homecharge.services.chargers import get_charger
from homecharge.services.home_cards import add_card
from homecharge.services.support import list_messages, tell_story
from homecharge.services.support_search import search
from homecharge.storage.database import Database
from homecharge.storage.models import ChargingSession, Message, Provider
from homecharge.storage.types import new_id
from tests.authorizations import UID, decide, make_group, make_provider, make_token, open_transaction
from tests.homes import NOW, make_charger, make_home, make_session, sign_up

HOUR = timedelta(hours=1)
IN_TAXIS = TraceStep(Step.LOCAL_GROUPS, State.VALID, "valid", {"group": "Taxis"})
AT_SHED = TraceStep(Step.CONCURRENT, State.INVALID, "elsewhere", {"charger": "SHED", "since": NOW - HOUR})


class Scene:
    """Ada's home in Berlin with a charger, and another charger of hers."""

    def __init__(self, db: Db) -> None:
        self.ada = sign_up(db)
        self.home = make_home(db, self.ada, time_zone="Europe/Berlin")
        self.charger = make_charger(db, self.ada, self.home, "GARAGE")
        self.shed = make_charger(db, self.ada, self.home, "SHED")


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as db:
        return Scene(db)


def found(db: Db, keyset: Keyset | None = None, **filters: object) -> list[str]:
    page = list_authorizations(db, AuthorizationFilters(**filters), keyset or Keyset(), language=DEFAULT, now=NOW)
    return [view.authorization.id for view in page.items]


def test_a_decision_is_told_with_its_provider_in_the_time_of_its_location(database: Database, scene: Scene):
    with database.write() as db:
        provider = make_provider(db)
        expired = TraceStep(Step.TOKEN, State.INVALID, "expired", {"expires_at": NOW - HOUR})
        id_ = decide(db, scene.charger, Code.EXPIRED, expired, provider_id=provider, connector_id=2)

        view = get_authorization(db, id_, language=DEFAULT, now=NOW)

    made = view.authorization
    assert (made.uid, made.status, made.connector_id) == (UID, AuthorizationStatus.REFUSED, 2)
    assert made.provider is not None
    assert (made.provider.name, made.provider.party) == ("Plug & Go", "GB-PNG")
    assert view.detail == "The card is known, but expired at 11:05."
    assert view.advice == "Contact Plug & Go (+44 20 7946 0000) for a card that is still good."
    assert [step.detail for step in view.trace] == ["The card expired at 11:05."]


def test_a_decision_about_a_charger_that_nobody_knows_is_told_too(database: Database, scene: Scene):
    with database.write() as db:
        id_ = decide(db, None, Code.UNKNOWN_CHARGER)

        view = get_authorization(db, id_, language=DEFAULT, now=NOW)

    assert (view.detail, view.authorization.location_id) == ("The charger is not known to Homecharge.", None)


def test_a_decision_that_never_was_is_not_found(database: Database, scene: Scene):
    with database.read() as db, pytest.raises(NotFound):
        get_authorization(db, new_id(), language=DEFAULT, now=NOW)


def test_the_list_is_narrowed_by_each_filter_and_by_all_of_them(database: Database, scene: Scene):
    with database.write() as db:
        oldest = decide(db, scene.charger, Code.UNKNOWN_CARD, at=NOW - 2 * HOUR)
        granted = decide(db, scene.shed, Code.LOCAL_GROUP, at=NOW - HOUR)
        other = decide(db, scene.charger, Code.EXPIRED, uid="OTHER", at=NOW)

        assert found(db) == [other, granted, oldest]
        assert found(db, charger_id=scene.charger.id) == [other, oldest]
        assert found(db, uid=f" {UID.lower()}") == [granted, oldest]
        assert found(db, statuses=(AuthorizationStatus.ACCEPTED,)) == [granted]
        assert found(db, codes=(Code.EXPIRED, Code.UNKNOWN_CARD)) == [other, oldest]
        assert found(db, since=NOW - HOUR, until=NOW) == [granted]
        assert found(db, charger_id=scene.charger.id, uid=UID, codes=(Code.EXPIRED,)) == []


def test_the_pages_of_the_list_leave_nothing_out(database: Database, scene: Scene):
    with database.write() as db:
        ids = [decide(db, scene.charger, Code.UNKNOWN_CARD) for _ in range(5)]

        first = list_authorizations(db, AuthorizationFilters(), Keyset(limit=3), language=DEFAULT, now=NOW)
        rest = found(db, Keyset(limit=3, after=first.next))

    assert [view.authorization.id for view in first.items] + rest == sorted(ids, reverse=True)


def test_admins_see_the_decisions_at_their_charger_without_what_belongs_to_others(database: Database, scene: Scene):
    with database.write() as db:
        id_ = decide(db, scene.charger, Code.CHARGING_ELSEWHERE, IN_TAXIS, AT_SHED, message_id=new_id())
        decide(db, scene.shed, Code.UNKNOWN_CARD)
        charger = get_charger(db, scene.charger.id, caller=scene.ada)

        [view] = list_authorizations_at(db, charger, Keyset(), language=DEFAULT, now=NOW).items

    assert (view.authorization.id, view.authorization.uid) == (id_, "04A1…D4")
    assert view.detail == "The card has been charging elsewhere since 11:05."
    assert not any(hidden in f"{view}" for hidden in ("SHED", "Taxis", UID))


def test_a_session_has_the_decision_that_it_names_or_that_names_it(database: Database, scene: Scene):
    with database.write() as db:
        session = make_session(db, scene.charger, scene.ada, kind=Kind.CARD, status=Status.COMPLETED, wake_at=None)
        assert tell_story(db, session.id, language=DEFAULT, now=NOW).authorization is None
        naming = decide(db, scene.charger, Code.LOCAL_GROUP, IN_TAXIS, session_id=session.id)
        by_it = tell_story(db, session.id, language=DEFAULT, now=NOW).authorization
        named = decide(db, scene.charger, Code.WHITELIST)
        db.execute(update(ChargingSession).values(authorization_id=named))
        of_it = tell_story(db, session.id, language=DEFAULT, now=NOW)

    assert by_it is not None
    assert of_it.authorization is not None
    assert (by_it.authorization.id, of_it.authorization.authorization.id) == (naming, named)
    assert by_it.detail == "The card is in the local group “Taxis”, which covers this charger."
    assert of_it.session.session.authorization_id == named


def test_a_message_that_asked_about_a_card_links_to_the_decision(database: Database, scene: Scene):
    with database.write() as db:
        asked, beat = new_id(), new_id()
        row = {"charger_id": scene.charger.id, "connection_id": "the line", "at": NOW, "direction": "in", "body": "[]"}
        for id_, action in ((asked, "Authorize"), (beat, "Heartbeat")):
            db.execute(insert(Message).values(row | {"id": id_, "kind": "call", "action": action, "ocpp_id": "1"}))
        decision = decide(db, scene.charger, Code.EXPIRED, message_id=asked)
        session = make_session(db, scene.charger, scene.ada)

        listed = list_messages(db, scene.charger.id, MessageFilters(), Keyset()).items
        told = tell_story(db, session.id, language=DEFAULT, now=NOW).messages

    mark = AuthorizationMark(id=decision, status=AuthorizationStatus.REFUSED, code=Code.EXPIRED)
    assert {message.id: message.authorization for message in listed} == {asked: mark, beat: None}
    assert {message.id: message.authorization for message in told} == {asked: mark, beat: None}


def test_a_cards_page_tells_everything_about_it_everywhere(database: Database, scene: Scene):
    with database.write() as db:
        token = make_token(db, make_provider(db))
        group = make_group(db, scene.shed)
        card = add_card(db, scene.home, uid=UID.lower(), name="Ada's", driver_id=scene.ada.account_id, now=NOW)
        session = make_session(db, scene.charger, scene.ada, kind=Kind.CARD, status=Status.CHARGING)
        transaction = open_transaction(db, scene.charger, session_id=session.id)
        decisions = [decide(db, scene.charger, Code.LOCAL_GROUP) for _ in range(LATEST + 1)]

        page = get_card_page(db, f" {UID.lower()}", language=DEFAULT, now=NOW)

    assert page.uid == UID
    assert page.token is not None
    assert page.token.provider is not None
    assert (page.token.id, page.token.provider.name) == (token, "Plug & Go")
    assert [(each.group_id, each.group, each.charger_ids) for each in page.groups] == [
        (group, "Taxis", (scene.shed.id,))
    ]
    assert [(each.card_id, each.location, each.driver and each.driver.name) for each in page.homes] == [
        (card.id, "Home", "Ada")
    ]
    assert [(each.transaction_id, each.reference, each.charger) for each in page.charging] == [
        (transaction, session.reference, "GARAGE")
    ]
    assert [view.authorization.id for view in page.authorizations] == sorted(decisions, reverse=True)[:LATEST]


def test_a_card_that_only_tried_has_a_page_and_one_that_nobody_saw_has_none(database: Database, scene: Scene):
    with database.write() as db:
        decide(db, scene.charger, Code.UNKNOWN_CARD)

        page = get_card_page(db, UID, language=DEFAULT, now=NOW)

        assert (page.token, page.groups, page.homes, page.charging) == (None, (), (), ())
        with pytest.raises(NotFound):
            get_card_page(db, "NOBODY", language=DEFAULT, now=NOW)


def test_the_search_finds_a_card_by_its_uid(database: Database, scene: Scene):
    with database.write() as db:
        provider = make_provider(db)
        make_token(db, provider)
        make_group(db, scene.shed)
        add_card(db, scene.home, uid=UID, name="Ada's", now=NOW)
        decide(db, scene.charger, Code.LOCAL_GROUP)

        [hit] = search(db, f" {UID.lower()} ", language=DEFAULT, now=NOW).items
        db.execute(update(Provider).values(name="Renamed"))

        assert (hit.kind, hit.id, hit.title) == (Found.CARD, UID, UID)
        assert hit.detail == "Plug & Go, local group Taxis, card of Home, last time: Accepted (G20)"
        assert search(db, UID, language=DEFAULT, now=NOW).items[0].detail.startswith("Renamed, ")
