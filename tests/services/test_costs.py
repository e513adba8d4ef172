"""What sessions cost, on both databases: stored with the rates that applied, and the same when reckoned again."""

import dataclasses
from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from homecharge.domain.accounts import Caller
from homecharge.domain.homes import Location
from homecharge.domain.limits import CostLimit
from homecharge.domain.pages import Keyset
from homecharge.domain.schedules import Smart, Weekly
from homecharge.domain.session_state import Kind, Result, Session, Status, StopReason
from homecharge.domain.session_view import SessionView
from homecharge.domain.targets import BudgetTarget
from homecharge.domain.tariffs import Dynamic, Flat, Pricing
from homecharge.domain.texts.en import ENGLISH
from homecharge.domain.times import WEEKDAYS
from homecharge.ports.units import Db
from homecharge.services.boosts import Boost, boost
from homecharge.services.costs import reckon
from homecharge.services.history import describe_session
from homecharge.services.location_tariffs import choose_tariff
from homecharge.services.support import tell_story
from homecharge.services.tariffs import add_tariff, change_tariff, get_tariff, list_tariffs, put_rates
from homecharge.storage.database import Database
from homecharge.storage.models import Charger
from homecharge.storage.queries.costs import wake_limited_by_cost
from homecharge.storage.queries.occurrences import add_occurrences
from homecharge.storage.queries.sessions import TABLE, get_session, list_sessions
from homecharge.storage.queries.transactions import lose_transactions
from homecharge.storage.types import new_id
from tests.charges import MINUTE, Charge
from tests.domain.prices import NIGHT, rate, utc
from tests.homes import NOW, make_charger, make_home, sign_up
from tests.schedules import schedule, undecided

EVENING, HALF_PAST = utc("2026-11-20T23:50"), utc("2026-11-21T00:30")


def paying(db: Db, pricing: Pricing | None, *, since: datetime = NOW) -> tuple[Caller, Location]:
    """Ada's home in London, and what it pays by."""
    ada = sign_up(db)
    home = make_home(db, ada)
    if pricing is not None:
        made = add_tariff(db, name="Mine", currency="GBP", pricing=pricing, caller=ada, now=NOW)
        choose_tariff(db, home, made.id, valid_from=since, caller=ada, now=NOW)
    return ada, home


def shown(db: Db, session: Session, *, now: datetime = NOW) -> SessionView:
    return describe_session(db, session, language=ENGLISH, now=now)


def cost_of(view: SessionView) -> tuple[str | None, str, str | None, int]:
    amount = None if view.cost is None else f"{view.cost.amount} {view.cost.currency}"
    return amount, view.cost_state, view.cost_note, view.uncosted_wh


def lines_of(view: SessionView) -> list[tuple[str, str, int, str | None]]:
    return [
        (f"{line.interval.start:%H:%M}", f"{line.interval.end:%H:%M}", line.energy_wh, line.rate and str(line.rate))
        for line in view.cost_lines
    ]


def test_a_charge_is_costed_by_its_readings_as_soon_as_it_is_over(database: Database):
    with database.write() as db:
        ada, home = paying(db, NIGHT)
        charge = Charge(db, ada, home, start=EVENING)
        charge.sample(HALF_PAST - 10 * MINUTE, 3700)
        charge.sample(HALF_PAST + 10 * MINUTE, 6100)

        done = charge.stop(HALF_PAST + 20 * MINUTE, 7300)
        view = shown(db, done)
        story = tell_story(db, done.reference, language=ENGLISH, now=NOW)

    assert done.status is Status.COMPLETED
    assert lines_of(view) == [("23:50", "00:30", 4900, "0.30"), ("00:30", "00:50", 2400, "0.10")]
    assert (done.cost, cost_of(view)) == (Decimal("1.71"), ("1.71 GBP", "final", None, 0))
    assert story.session.cost_lines == view.cost_lines


def test_twenty_kilowatt_hours_at_a_quarter_cost_five(database: Database):
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.25")))
        charge = Charge(db, ada, home, start=EVENING)

        done = charge.stop(EVENING + 180 * MINUTE, 20_000)

        assert cost_of(shown(db, done)) == ("5.00 GBP", "final", None, 0)


def test_a_charge_under_way_shows_what_it_has_cost_so_far(database: Database):
    with database.write() as db:
        ada, home = paying(db, NIGHT)
        charge = Charge(db, ada, home, start=EVENING)
        before = shown(db, charge.session)
        charge.sample(EVENING + 10 * MINUTE, 1000)

        view = shown(db, charge.session)

    assert cost_of(before) == (None, "none", None, 0)
    assert (cost_of(view), lines_of(view)) == (("0.30 GBP", "running", None, 0), [("23:50", "00:00", 1000, "0.30")])
    assert view.session.cost is None


def test_without_a_tariff_there_is_no_cost_and_the_note_says_so(database: Database):
    with database.write() as db:
        ada, home = paying(db, None)
        charge = Charge(db, ada, home, start=EVENING)
        charge.sample(EVENING + 10 * MINUTE, 1000)
        running = shown(db, charge.session)

        done = shown(db, charge.stop(EVENING + 20 * MINUTE, 2000))

    assert cost_of(running) == cost_of(done) == (None, "none", "no_tariff", 0)
    assert done.cost_lines == ()


def test_energy_in_a_gap_of_the_prices_is_shown_as_uncosted(database: Database):
    spot = Dynamic((rate("2026-11-20T23:30", "2026-11-21T00:00", "0.20"),))
    with database.write() as db:
        ada, home = paying(db, spot)
        charge = Charge(db, ada, home, start=EVENING)

        done = charge.stop(EVENING + 20 * MINUTE, 2000)
        view = shown(db, done)

    assert cost_of(view) == ("0.20 GBP", "final", "partial_tariff", 1000)
    assert lines_of(view) == [("23:50", "00:00", 1000, "0.20"), ("00:00", "00:10", 1000, None)]


def test_a_tariff_that_begins_in_the_middle_costs_what_came_after(database: Database):
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.20")), since=EVENING + 10 * MINUTE)
        charge = Charge(db, ada, home, start=EVENING)

        done = charge.stop(EVENING + 20 * MINUTE, 2000)

        assert cost_of(shown(db, done)) == ("0.20 GBP", "final", "partial_tariff", 1000)


def test_reckoning_again_gives_the_stored_figure_to_the_last_digit(database: Database):
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.123456789")))
        charge = Charge(db, ada, home, start=EVENING)
        charge.sample(EVENING + 7 * MINUTE, 1001)
        done = charge.stop(EVENING + 20 * MINUTE, 2003)
        choose_tariff(db, home, None, valid_from=EVENING + 60 * MINUTE, caller=ada, now=EVENING)
        view = shown(db, done)

        again, currency = reckon(db, [done])[done.id]

    assert (str(again.amount), currency) == (str(done.cost), "GBP")
    assert again.lines == view.cost_lines
    assert str(done.cost) == "0.247283948367"


def test_a_change_never_charges_a_session_anew(database: Database):
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.25")))
        done = Charge(db, ada, home, start=EVENING).stop(EVENING + 20 * MINUTE, 2000)
        later = EVENING + 60 * MINUTE
        dearer = add_tariff(db, name="Dear", currency="GBP", pricing=Flat(Decimal(9)), caller=ada, now=later)

        choose_tariff(db, home, dearer.id, valid_from=EVENING - 60 * MINUTE, caller=ada, now=later)
        change_tariff(db, get_tariff(db, dearer.id, caller=ada), {"pricing": Flat(Decimal(8))}, now=later)
        again, _ = reckon(db, [done])[done.id]

        assert cost_of(shown(db, done)) == ("0.50 GBP", "final", None, 0)
        assert again.amount == done.cost


def test_a_tariff_since_the_past_charges_the_sessions_that_have_no_cost(database: Database):
    with database.write() as db:
        ada, home = paying(db, None)
        early = Charge(db, ada, home, start=EVENING - 300 * MINUTE).stop(EVENING - 200 * MINUTE, 1000)
        late = Charge(db, ada, home, start=EVENING).stop(EVENING + 20 * MINUTE, 2000)
        later = EVENING + 60 * MINUTE
        made = add_tariff(db, name="Mine", currency="GBP", pricing=Flat(Decimal("0.25")), caller=ada, now=later)

        choose_tariff(db, home, made.id, valid_from=EVENING - 60 * MINUTE, caller=ada, now=later)

        found = {each.id: cost_of(shown(db, get_session(db, each.id))) for each in (early, late)}
    assert found == {early.id: (None, "none", "no_tariff", 0), late.id: ("0.50 GBP", "final", None, 0)}


def test_prices_that_come_late_charge_the_sessions_that_have_no_cost(database: Database):
    price = rate("2026-11-20T23:30", "2026-11-21T00:30", "0.20")
    with database.write() as db:
        ada, home = paying(db, Dynamic(()))
        without = Charge(db, ada, home, start=EVENING).stop(EVENING + 20 * MINUTE, 2000)
        (spot,) = list_tariffs(db, Keyset(), caller=ada).items

        put_rates(db, spot, [price], now=EVENING + 60 * MINUTE)

        after = shown(db, get_session(db, without.id))
    assert (without.cost, without.uncosted_wh) == (None, 2000)
    assert cost_of(after) == ("0.40 GBP", "final", None, 0)


def test_a_stop_that_comes_late_corrects_the_cost_at_the_rates_that_applied(database: Database):
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.25")))
        charge = Charge(db, ada, home, start=EVENING)
        charge.sample(EVENING + 10 * MINUTE, 1000)
        lose_transactions(db, [charge.transaction_id])
        charge.look(EVENING + 60 * MINUTE)
        lost = charge.session
        dearer = add_tariff(db, name="Dear", currency="GBP", pricing=Flat(Decimal(9)), caller=ada, now=NOW)
        choose_tariff(db, home, dearer.id, valid_from=NOW, caller=ada, now=EVENING + 60 * MINUTE)

        done = charge.stop(EVENING + 20 * MINUTE, 1200, heard_at=EVENING + 90 * MINUTE)

    assert (lost.status, lost.cost) == (Status.COMPLETED, Decimal("0.25000"))
    assert (done.energy_wh, done.cost) == (1200, Decimal("0.25") + Decimal("1.80"))


def test_samples_that_come_late_for_a_lost_transaction_are_costed_too(database: Database):
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.25")))
        charge = Charge(db, ada, home, start=EVENING)
        charge.sample(EVENING + 10 * MINUTE, 1000)
        lose_transactions(db, [charge.transaction_id])
        charge.look(EVENING + 60 * MINUTE)

        charge.sample(EVENING + 70 * MINUTE, 3000)

        assert (charge.session.energy_wh, charge.session.cost) == (3000, Decimal("0.75"))


def test_times_by_a_clock_that_nobody_knows_are_flagged(database: Database):
    with database.write() as db:
        ada, home = paying(db, NIGHT)
        charge = Charge(db, ada, home, start=EVENING)
        db.execute(update(Charger).where(Charger.id == charge.line.charger_id).values(clock_skew_s=None))

        done = charge.stop(EVENING + 60 * MINUTE, 6000, heard_at=EVENING + 300 * MINUTE)

        assert cost_of(shown(db, done)) == ("1.40 GBP", "final", "estimated_times", 0)
        assert done.flags == ("estimated_times",)


@pytest.mark.parametrize("pricing", [None, NIGHT], ids=["no tariff", "a tariff"])
def test_a_try_that_did_not_charge_has_no_cost(database: Database, pricing: Pricing | None):
    with database.write() as db:
        ada, home = paying(db, pricing)
        done = Charge(db, ada, home, start=EVENING).stop(EVENING + MINUTE, 0)

        view = shown(db, done)

    assert done.status is Status.REJECTED
    assert cost_of(view) == (None, "none", None if pricing else "no_tariff", 0)


def test_a_yen_has_no_decimals(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada, country="JP", time_zone="Asia/Tokyo", currency="JPY")
        made = add_tariff(db, name="Mine", currency="JPY", pricing=Flat(Decimal("31.5")), caller=ada, now=NOW)
        choose_tariff(db, home, made.id, valid_from=None, caller=ada, now=NOW)

        done = Charge(db, ada, home, start=EVENING).stop(EVENING + 20 * MINUTE, 5000)

    with database.read() as db:
        assert (done.cost, cost_of(shown(db, done))[0]) == (Decimal("157.5"), "158 JPY")


def test_a_session_that_gave_its_transaction_away_keeps_its_own_energy(database: Database):
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.25")))
        charge = Charge(db, ada, home, start=EVENING)
        done = charge.stop(EVENING + timedelta(minutes=20), 2000)
        db.execute(update(TABLE).where(TABLE.c.id == done.id).values(energy_wh=1500))

        again, _ = reckon(db, [get_session(db, done.id)])[done.id]

    assert sum(line.energy_wh for line in again.lines) == 1500


ONE_POUND = CostLimit(Decimal("1.00"))


def test_a_limit_by_cost_stops_the_charge_at_the_sample_that_reaches_it(database: Database):
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.25")))
        charge = Charge(db, ada, home, start=EVENING, limit=ONE_POUND)
        charge.sample(EVENING + MINUTE, 100)
        charge.look(EVENING + MINUTE)
        charge.sample(EVENING + 30 * MINUTE, 3999)
        woken_early = charge.is_woken(EVENING + 30 * MINUTE)
        progress = shown(db, charge.session).progress

        charge.sample(EVENING + 31 * MINUTE, 4100)
        woken = charge.is_woken(EVENING + 31 * MINUTE)
        charge.look(EVENING + 31 * MINUTE)
        asked = charge.session
        done = charge.stop(EVENING + 32 * MINUTE, 4150, reason="Remote")

    assert (woken_early, woken) == (False, True)
    assert progress is not None
    assert progress.fraction == 1.0
    assert asked.stop_requested_as is StopReason.LIMIT_COST
    assert (done.status, done.stop_reason, done.result) == (Status.COMPLETED, StopReason.LIMIT_COST, Result.MET)
    assert done.cost == Decimal("1.0375")


def test_a_limit_by_cost_is_reckoned_anew_when_the_price_changes(database: Database):
    with database.write() as db:
        ada, home = paying(db, NIGHT)
        charge = Charge(db, ada, home, start=EVENING, limit=ONE_POUND)
        charge.sample(EVENING + MINUTE, 100)
        charge.look(EVENING + MINUTE)
        before = charge.session
        charge.sample(HALF_PAST, 3000)
        charge.look(HALF_PAST)

        after = charge.session

    # 3 kWh at 0.30 leave 0.10, which buys one more at 0.10; until a sample says so, it may have been at 0.30
    assert (before.look_at_wh, before.wake_at) == (3334, HALF_PAST)
    assert after.look_at_wh == 4000
    assert after.wake_at is not None
    assert after.wake_at > HALF_PAST


def test_a_tariff_that_is_chosen_while_it_charges_is_looked_at_at_once(database: Database):
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.10")))
        charge = Charge(db, ada, home, start=EVENING, limit=ONE_POUND)
        charge.sample(EVENING + MINUTE, 100)
        charge.look(EVENING + MINUTE)
        now = EVENING + 2 * MINUTE
        dear = add_tariff(db, name="Dear", currency="GBP", pricing=Flat(Decimal(1)), caller=ada, now=now)
        before = charge.is_woken(now)

        choose_tariff(db, home, dear.id, valid_from=None, caller=ada, now=now)

        assert (before, charge.is_woken(now)) == (False, True)


def test_what_ends_before_its_money_is_spent_falls_short_and_goes_on_with_the_rest(database: Database):
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.25")))
        charge = Charge(db, ada, home, start=EVENING, limit=ONE_POUND)

        done = charge.stop(EVENING + 5 * MINUTE, 1000, reason="PowerLoss")

        recovery = next(each for each in list_sessions(db, TABLE.c.recovers_session_id == done.id))
    assert (done.result, done.shortfall and done.shortfall["code"]) == (Result.SHORT, "power_lost")
    assert recovery.limit == CostLimit(Decimal("0.75000"))


def test_the_money_of_a_boost_of_a_session_is_counted_from_the_boost(database: Database):
    boosted_at, spent_at = EVENING + 5 * MINUTE, EVENING + 30 * MINUTE
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.25")))
        charge = Charge(db, ada, home, start=EVENING)
        charge.sample(EVENING + MINUTE, 400)
        db.execute(update(TABLE).values(status=Status.PAUSED))
        wanted = Boost(limit=ONE_POUND, connector_id=1, window=10 * MINUTE)
        boosted = boost(db, charge.line.charger_id, wanted, caller=ada, now=boosted_at)
        charge.look(boosted_at)
        charge.sample(spent_at, 4399)
        half = shown(db, charge.session, now=spent_at)
        woken_early = charge.is_woken(spent_at)
        charge.sample(spent_at + MINUTE, 4400)
        woken = charge.is_woken(spent_at + MINUTE)
        charge.look(spent_at + MINUTE)
        over = charge.session

    assert boosted.id == charge.id
    assert boosted.boost_from_cost == Decimal("0.100")
    assert (woken_early, woken) == (False, True)
    assert half.boost is not None
    assert half.boost.progress is not None
    assert half.boost.progress.fraction == 1.0
    assert (over.boost_ended_at, over.stop_requested_at) == (spent_at + MINUTE, None)


def test_new_prices_are_seen_by_a_boost_that_money_ends(database: Database):
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.25")))
        charge = Charge(db, ada, home, start=EVENING)
        db.execute(update(TABLE).values(boost_limit={"kind": "cost", "amount": "1.00"}))

        assert wake_limited_by_cost(db, [home.id], now=EVENING + MINUTE) == 1
        assert charge.is_woken(EVENING + MINUTE)


def test_progress_towards_a_budget_counts_the_earlier_rounds_of_its_day(database: Database):
    by_budget = {"kind": Kind.SMART, "target": {"kind": "budget", "amount": "2.00"}}
    with database.write() as db:
        ada, home = paying(db, Flat(Decimal("0.25")))
        smart = Smart(on=Weekly(WEEKDAYS), ready_by=time(7, 30), target=BudgetTarget(Decimal("2.00")))
        made = schedule(db, make_charger(db, ada, home).id, ada, smart, now=NOW)
        first = undecided(db, made.id)[0]
        second = dataclasses.replace(first, id=new_id(), round=2)
        add_occurrences(db, [second])
        before = Charge(db, ada, home, start=EVENING)
        before.stop(EVENING + 20 * MINUTE, 2000)
        charge = Charge(db, ada, home, start=EVENING + 30 * MINUTE)
        charge.sample(EVENING + 40 * MINUTE, 1000)
        for each, occurrence in ((before, first), (charge, second)):
            columns = by_budget | {"schedule_id": made.id, "occurrence_id": occurrence.id}
            db.execute(update(TABLE).where(TABLE.c.id == each.id).values(**columns))

        progress = shown(db, charge.session).progress

    assert progress is not None
    assert (progress.fraction, progress.remaining_wh, progress.estimated_end_at) == (0.375, None, None)
