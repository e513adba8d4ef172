"""Whose list of cards is looked at, who is on it, and what is learnt of the answers."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from homecharge.domain.id_tokens import TokenType, Whitelist, parent_id_tag
from homecharge.domain.local_lists import FEATURE, ListEntry, ListState, ListStatus
from homecharge.domain.pages import Keyset
from homecharge.domain.support import SupportLocalList
from homecharge.domain.timing import Timing
from homecharge.domain.token_groups import NewGroupToken
from homecharge.ports.charger_events import Boot, Line, Origin
from homecharge.ports.units import Db
from homecharge.services.charger_reports import booted
from homecharge.services.group_tokens import add_token, change_token, remove_token
from homecharge.services.home_cards import add_card, change_card, remove_card
from homecharge.services.lines import line_opened
from homecharge.services.local_lists import (
    ListOutcome,
    ListTelling,
    ListTold,
    claim_list_tellings,
    local_lists_answered,
    owe_local_lists,
    prepare_again,
)
from homecharge.services.location_access import get_access, put_access
from homecharge.services.providers import add_provider, change_provider
from homecharge.services.roaming_tokens import add_token as add_roaming_token
from homecharge.services.support import list_chargers
from homecharge.services.token_groups import add_group as add_operators_group
from homecharge.services.token_groups import change_group
from homecharge.storage.claims import Claimant
from homecharge.storage.database import Database
from homecharge.storage.models import (
    Charger,
    GroupToken,
    Provider,
    RoamingToken,
    TokenGroup,
    TokenGroupCharger,
    TokenGroupLocation,
)
from homecharge.storage.types import new_id
from tests.homes import NOW, make_charger, make_home, sign_up

LEASE = timedelta(minutes=10)
DAY = timedelta(days=1)
TIMING = Timing()
OURS, THEIRS = Claimant("gateway", takes_unheld=False), Claimant("another", takes_unheld=False)
LISTS = {"feature_profiles": ["Core", FEATURE]}
STAMPS = {"revision": 1, "created_at": NOW, "updated_at": NOW}


class Home:
    """One charger that keeps lists, its line open; what it is owed by then is settled."""

    def __init__(self, db: Db, **columns: Any) -> None:
        self.ada = sign_up(db)
        self.home = make_home(db, self.ada)
        self.id = make_charger(db, self.ada, self.home).id
        self.line = Line(charger_id=self.id, identity="CP1", connection_id="line", protocol="ocpp1.6")
        line_opened(db, self.line, gateway_id="gateway", timing=TIMING, now=NOW)
        db.execute(update(Charger).where(Charger.id == self.id).values(**{"capabilities": LISTS} | columns))

    def alarm(self, db: Db, name: str = "local_list_at") -> datetime | None:
        return db.scalar(select(getattr(Charger, name)).where(Charger.id == self.id))

    def owe(self, db: Db, *, now: datetime = NOW) -> None:
        owe_local_lists(db, charger_ids=[self.id], now=now)

    def good(self, uid: str, **more: Any) -> ListEntry:
        return replace(ListEntry(uid, ListStatus.ACCEPTED, None, parent_id_tag(self.home.id)), **more)


def add_group(db: Db, *uids: str, home_id: str | None = None, is_valid: bool = True) -> str:
    group_id = new_id()
    group = {"id": group_id, "name": "Cards", "home_id": home_id, "allow_concurrent": False}
    db.execute(insert(TokenGroup).values(**group, **STAMPS))
    if home_id is not None:
        db.execute(insert(TokenGroupLocation).values(group_id=group_id, location_id=home_id))
    for uid in uids:
        card = {"id": new_id(), "group_id": group_id, "uid": uid, "uid_key": uid, "name": uid, "is_valid": is_valid}
        db.execute(insert(GroupToken).values(**card, **STAMPS))
    return group_id


def add_roaming(db: Db, uid: str, provider_id: str | None = None, **columns: Any) -> None:
    card = {"id": new_id(), "uid": uid, "uid_key": uid, "provider_id": provider_id, "type": "RFID", "is_valid": True}
    db.execute(insert(RoamingToken).values(**card | STAMPS | {"whitelist": "NEVER"} | columns))


def add_blocked_provider(db: Db) -> str:
    provider_id = new_id()
    party = {"id": provider_id, "country_code": "GB", "party_id": "ABC", "name": "ABC", "live_timeout_s": 15}
    db.execute(insert(Provider).values(**party, blocked_at=NOW, **STAMPS))
    return provider_id


def pay_back(db: Db, home: Home, **reimbursement: Any) -> None:
    """As `LocationAccess.given` has it; what is owed for that is settled."""
    access = get_access(db, home.home.id, for_update=True)
    closed = {"roaming": False, "guest": False, "accept_any": False}
    put_access(db, access, **closed, reimbursement=reimbursement, caller=None, now=NOW)
    claim(db)


def claim(db: Db, claimant: Claimant = OURS, *, now: datetime = NOW) -> list[ListTelling]:
    return claim_list_tellings(db, claimant, lease=LEASE, now=now)[0]


def answer(
    db: Db, telling: ListTelling, outcome: ListOutcome, version: int | None = None, *, now: datetime = NOW
) -> None:
    local_lists_answered(db, [ListTold(telling, outcome, version)], TIMING, now=now)


def kept(db: Db, home: Home, *, version: int = 1) -> ListTelling:
    home.owe(db)
    [telling] = claim(db)
    answer(db, telling, ListOutcome.KEPT, version)
    return telling


def test_a_list_has_the_homes_own_cards_and_those_of_groups_that_cover_the_charger(database: Database):
    with database.write() as db:
        home = Home(db)
        add_group(db, "OWN", home_id=home.home.id)
        place, single = add_group(db, "PLACE"), add_group(db, "SINGLE", is_valid=False)
        add_group(db, "ELSEWHERE")
        db.execute(insert(TokenGroupLocation).values(group_id=place, location_id=home.home.id))
        db.execute(insert(TokenGroupCharger).values(group_id=single, charger_id=home.id))
        home.owe(db)
        [telling] = claim(db)

    assert telling.wanted == (home.good("OWN"), home.good("PLACE"), ListEntry("SINGLE", ListStatus.BLOCKED))


def test_cards_that_are_paid_back_are_on_it_as_good_as_their_provider_lets_them_be(database: Database):
    with database.write() as db:
        home = Home(db)
        add_roaming(db, "BYCONTRACT", contract_id="GB-ABC-C1", contract_key="GBABCC1", expires_at=NOW + DAY)
        add_roaming(db, "BYUID", add_blocked_provider(db))
        add_roaming(db, "OVER", contract_id="GB-ABC-C2", contract_key="GBABCC2", expires_at=NOW)
        add_roaming(db, "STRANGER")
        pay_back(db, home, type="token", contract_ids=["GBABCC1", "GBABCC2"], uids=["BYUID"])
        home.owe(db)
        [telling] = claim(db)

    blocked = (ListEntry("BYUID", ListStatus.BLOCKED), ListEntry("OVER", ListStatus.BLOCKED))
    assert telling.wanted == (home.good("BYCONTRACT", expires_at=NOW + DAY), *blocked)


def test_all_cards_of_an_organisation_are_on_it(database: Database):
    with database.write() as db:
        home = Home(db)
        add_roaming(db, "COLLEAGUE", organisation_key="HQ")
        add_roaming(db, "STRANGER", organisation_key="LAB")
        pay_back(db, home, type="organisation_unit", code="HQ")
        home.owe(db)
        [telling] = claim(db)

    assert telling.wanted == (home.good("COLLEAGUE"),)


@pytest.mark.parametrize("by", ["charger_ids", "location_id", "group_id"])
def test_who_changes_cards_names_the_chargers_the_location_or_the_group(database: Database, by: str):
    with database.write() as db:
        home = Home(db)
        group_id = add_group(db, "OWN", home_id=home.home.id)
        named: dict[str, Any] = {"charger_ids": [home.id], "location_id": home.home.id, "group_id": group_id}
        owe_local_lists(db, **{by: named[by]}, now=NOW)
        assert len(claim(db)) == 1


def test_a_card_or_a_group_that_changes_is_owed_to_the_chargers_it_covers_or_covered(database: Database):
    with database.write() as db:
        home = Home(db)
        places: dict[str, Any] = {"location_ids": [home.home.id], "charger_ids": []}
        group = add_operators_group(db, name="Cards", **places, allow_concurrent=False, tokens=[], caller=None, now=NOW)
        looks = [len(claim(db))]
        token = add_token(db, group, NewGroupToken(uid="A", name="A", is_valid=True), caller=None, now=NOW)
        looks.append(len(claim(db)))
        change_token(db, token, {"name": "B"}, caller=None, now=NOW)
        looks.append(len(claim(db)))
        change_token(db, token, {"is_valid": False}, caller=None, now=NOW)
        looks.append(len(claim(db)))
        remove_token(db, token, caller=None, now=NOW)
        looks.append(len(claim(db)))
        change_group(db, group, {"location_ids": []}, caller=None, now=NOW)
        looks.append(len(claim(db)))

    assert looks == [1, 1, 0, 1, 1, 1]


def test_a_home_card_that_comes_or_goes_is_owed_to_the_homes_chargers(database: Database):
    with database.write() as db:
        home = Home(db)
        card = add_card(db, home.home, uid="04A1B2C3", name="Ada", now=NOW)
        [telling] = claim(db)
        changed = change_card(db, card, {"is_valid": False}, now=NOW)
        [blocked] = claim(db)
        remove_card(db, changed, now=NOW)
        [gone] = claim(db)

    assert telling.wanted == (home.good("04A1B2C3"),)
    assert (blocked.wanted, gone.wanted) == ((ListEntry("04A1B2C3", ListStatus.BLOCKED),), ())


def test_a_providers_token_is_owed_where_it_is_paid_back(database: Database):
    fields = {"uid": "04A1", "contract_id": None, "type": TokenType.RFID, "whitelist": Whitelist.ALWAYS}
    fields |= {"is_valid": True, "expires_at": None, "organisation_unit": "München"}
    with database.write() as db:
        home = Home(db)
        add_roaming_token(db, fields, provider_id=None, caller=None, now=NOW)
        before = len(claim(db))
        access = get_access(db, home.home.id, for_update=True)
        paid = {"type": "organisation_unit", "code": " MÜNCHEN"}
        put_access(db, access, roaming=False, guest=False, accept_any=False, reimbursement=paid, caller=None, now=NOW)
        [telling] = claim(db)
        add_roaming_token(db, fields | {"uid": "04A2"}, provider_id=None, caller=None, now=NOW)
        add_roaming_token(
            db, fields | {"uid": "04A3", "organisation_unit": "LAB"}, provider_id=None, caller=None, now=NOW
        )
        [both] = claim(db)

    assert before == 0
    assert telling.wanted == (home.good("04A1"),)
    assert both.wanted == (home.good("04A1"), home.good("04A2"))


def test_a_block_of_a_provider_is_owed_wherever_charges_are_paid_back(database: Database):
    with database.write() as db:
        home = Home(db)
        pay_back(db, home, type="token", uids=["04A1"])
        party: dict[str, Any] = {"country_code": "GB", "party_id": "ABC", "name": "ABC", "live_timeout_s": 15.0}
        party |= {"live_url": None, "live_token": None, "support": None}
        provider = add_provider(db, party, blocked=False, allow_private=False, caller=None, now=NOW)
        add_roaming(db, "04A1", provider.id)
        change_provider(db, provider, {}, blocked=True, allow_private=False, caller=None, now=NOW)
        [telling] = claim(db)

    assert telling.wanted == (ListEntry("04A1", ListStatus.BLOCKED),)


def test_more_chargers_are_owed_a_list_than_a_statement_takes_parameters(database: Database):
    with database.write() as db:
        home = Home(db)
        owe_local_lists(db, charger_ids=[home.id, *(new_id() for _ in range(66_000))], now=NOW)

        assert [telling.owed.charger_id for telling in claim(db)] == [home.id]


def test_one_claim_tells_it_and_a_crash_gives_it_back(database: Database):
    with database.write() as db:
        home = Home(db)
        home.owe(db)
        assert not claim(db, THEIRS)
        assert len(claim(db)) == 1
        assert not claim(db)
        assert len(claim(db, now=NOW + LEASE)) == 1


def test_what_a_charger_has_taken_is_remembered_and_looked_at_a_day_later(database: Database):
    with database.write() as db:
        home = Home(db)
        group_id = add_group(db, "A", "B", home_id=home.home.id)
        kept(db, home, version=3)
        db.execute(update(GroupToken).where(GroupToken.uid_key == "A").values(is_valid=False))
        add_card = {"id": new_id(), "group_id": group_id, "uid": "C", "uid_key": "C", "name": "C"}
        db.execute(insert(GroupToken).values(**add_card, **STAMPS))
        db.execute(GroupToken.__table__.delete().where(GroupToken.uid_key == "B"))
        assert not claim(db, now=NOW + timedelta(hours=23))
        [telling] = claim(db, now=NOW + DAY)
        answer(db, telling, ListOutcome.KEPT, 4, now=NOW + DAY)
        [following] = claim(db, now=NOW + 2 * DAY)

    assert (telling.kept.version, telling.kept.sent_at) == (3, NOW)
    assert telling.kept.entries == (home.good("A"), home.good("B"))
    assert following.kept.entries == telling.wanted == (ListEntry("A", ListStatus.BLOCKED), home.good("C"))
    assert (following.kept.version, following.kept.sent_at) == (4, NOW + DAY)


def test_a_list_that_needed_nothing_keeps_the_day_it_was_sent(database: Database):
    with database.write() as db:
        home = Home(db)
        add_group(db, "A", home_id=home.home.id)
        kept(db, home)
        [telling] = claim(db, now=NOW + DAY)
        answer(db, telling, ListOutcome.KEPT, now=NOW + DAY)

        assert home.alarm(db, "local_list_sent_at") == NOW
        assert home.alarm(db) == NOW + 2 * DAY


def test_what_was_taken_is_true_also_where_another_look_is_owed_since(database: Database):
    with database.write() as db:
        home = Home(db)
        group_id = add_group(db, "A", home_id=home.home.id)
        home.owe(db)
        [telling] = claim(db)
        owe_local_lists(db, group_id=group_id, now=NOW)
        answer(db, telling, ListOutcome.KEPT, 1)
        [following] = claim(db)
        again = prepare_again(db, telling, now=NOW)

    assert (following.kept.version, following.kept.entries) == (1, (home.good("A"),))
    assert again.kept == following.kept


def test_what_another_gateway_tells_by_now_is_its_to_write(database: Database):
    with database.write() as db:
        home = Home(db)
        add_group(db, "A", home_id=home.home.id)
        home.owe(db)
        [telling] = claim(db)
        line_opened(db, home.line, gateway_id="another", timing=TIMING, now=NOW)
        home.owe(db)
        answer(db, telling, ListOutcome.KEPT, 1)
        [following] = claim(db, THEIRS)

    assert (following.kept.version, following.kept.entries) == (None, ())


def test_a_charger_without_lists_is_not_asked_until_it_boots(database: Database):
    with database.write() as db:
        home = Home(db)
        add_group(db, "A", home_id=home.home.id)
        home.owe(db)
        [telling] = claim(db)
        answer(db, telling, ListOutcome.REFUSED)
        home.owe(db)
        assert not claim(db)
        assert home.alarm(db) is None
        booted(db, Origin(home.line, "message", NOW), Boot("Acme", "One", None, None))
        home.owe(db)
        assert len(claim(db)) == 1


@pytest.mark.parametrize(
    ("columns", "cards", "is_told"),
    [
        ({"capabilities": None}, 1, False),
        ({"capabilities": {"feature_profiles": ["Core"]}}, 1, False),
        ({"capabilities": {"feature_profiles": []}}, 1, True),
        ({"capabilities": {"feature_profiles": []}}, 0, False),
        ({}, 0, True),
    ],
)
def test_who_says_it_keeps_lists_is_looked_at_and_who_never_said_where_there_are_cards(
    database: Database, columns: dict[str, Any], cards: int, *, is_told: bool
):
    with database.write() as db:
        home = Home(db, **columns)
        add_group(db, *["A"][:cards], home_id=home.home.id)
        home.owe(db)
        assert bool(claim(db)) is is_told


def test_a_charger_keeps_what_it_has_room_for(database: Database):
    with database.write() as db:
        home = Home(db, configuration={"LocalAuthListMaxLength": "1", "SendLocalListMaxLength": "5"})
        add_group(db, "A", "B", home_id=home.home.id)
        home.owe(db)
        [telling] = claim(db)

    assert telling.wanted == (home.good("A"),)
    assert telling.room.sent == 5


def test_what_failed_is_repeated_thrice_then_daily_and_at_once_on_the_next_line(database: Database):
    at, waits = NOW, []
    with database.write() as db:
        home = Home(db)
        add_group(db, "A", home_id=home.home.id)
        home.owe(db)
        for _ in range(4):
            [telling] = claim(db, now=at)
            answer(db, telling, ListOutcome.FAILED, now=at)
            due_at = home.alarm(db)
            waits.append(due_at - at)
            at = due_at
        line_opened(db, home.line, gateway_id="gateway", timing=TIMING, now=NOW)

        assert waits == [*TIMING.stop_again, DAY]
        assert len(claim(db)) == 1


def test_a_telling_that_was_cut_short_is_due_on_the_next_line_and_until_then_no_list_is_called_kept(
    database: Database,
):
    with database.write() as db:
        home = Home(db)
        add_group(db, "A", home_id=home.home.id)
        kept(db, home)
        line_opened(db, home.line, gateway_id="gateway", timing=TIMING, now=NOW)
        untouched = claim(db)
        home.owe(db)
        claim(db)
        under_way = seen(db, now=NOW)
        line_opened(db, home.line, gateway_id="another", timing=TIMING, now=NOW)
        again = claim(db, THEIRS)

    assert untouched == []
    assert under_way is not None
    assert under_way.state is ListState.DUE
    assert len(again) == 1


def test_what_never_left_is_due_on_the_next_line(database: Database):
    with database.write() as db:
        home = Home(db)
        home.owe(db)
        [telling] = claim(db)
        answer(db, telling, ListOutcome.NOT_SENT)
        assert len(claim(db)) == 1


def seen(db: Db, *, now: datetime) -> SupportLocalList | None:
    return list_chargers(db, Keyset(), text=None, state=None, now=now).items[0].local_list


def test_support_sees_how_the_list_stands(database: Database):
    with database.write() as db:
        home = Home(db)
        none = seen(db, now=NOW)
        add_group(db, "A", "B", home_id=home.home.id)
        kept(db, home, version=7)
        fresh = seen(db, now=NOW)
        old = seen(db, now=NOW + 8 * DAY)

    assert none is None
    assert fresh == SupportLocalList(version=7, sent_at=NOW, entries=2, state=ListState.KEPT)
    assert old == replace(fresh, state=ListState.OUTDATED)
