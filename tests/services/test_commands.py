"""Operators' commands: queued for chargers that are online, sent once or never, and what follows from them."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from homecharge.domain.accounts import Caller, Role
from homecharge.domain.auditing import AuditFilters
from homecharge.domain.chargers import NewCharger
from homecharge.domain.commands import Command, CommandState
from homecharge.domain.errors import Invalid, NotFound
from homecharge.domain.pages import Keyset
from homecharge.domain.session_state import Status, StopReason
from homecharge.domain.timing import Timing
from homecharge.gateway.own_payloads import OwnPayloads
from homecharge.gateway.v16 import SCHEMAS
from homecharge.ports.charger_events import Boot, Line, Origin, Refusal
from homecharge.ports.charger_link import Outcome, Reply
from homecharge.ports.units import Db
from homecharge.services import charger_reports, lines
from homecharge.services.auditing import list_audit
from homecharge.services.charger_lines import cut_line, renew_password
from homecharge.services.chargers import get_charger
from homecharge.services.commands import (
    Order,
    TooManyRotations,
    UseRotation,
    get_command,
    list_commands,
    order_command,
    rotate_password,
)
from homecharge.services.sending_commands import Sending, claim_to_send, command_answered
from homecharge.services.stopping import ChargerOffline
from homecharge.storage.claims import Claimant, claim_stops
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, CommandRow, Connector, TransactionRow
from homecharge.storage.queries.sessions import get_session
from tests.homes import NOW, OCPP_URL, make_charger, make_home, make_session, sign_up

PAYLOADS = OwnPayloads(SCHEMAS)
GATEWAY, SCHEDULER = Claimant("g", takes_unheld=False), Claimant(None, takes_unheld=True)
TIMING = Timing()
LINE = Line("c1", "", "CP1", "ocpp1.6")


@dataclasses.dataclass
class Setting:
    """An online charger of Ada's, and Olga, an operator."""

    database: Database
    ada: Caller
    olga: Caller
    charger: NewCharger

    def order(self, action: str, payload: dict[str, Any] | None = None) -> Command:
        with self.database.write(request_id="r-1") as db:
            order = Order(action, payload or {})
            ordered = order_command(db, self.charger.id, order, payloads=PAYLOADS, caller=self.olga, now=NOW)
        assert isinstance(ordered, Command)
        return ordered

    def claim(self, after_s: float = 1, claimant: Claimant = GATEWAY) -> list[Sending]:
        with self.database.write() as db:
            return claim_to_send(db, claimant, TIMING, now=NOW + timedelta(seconds=after_s))

    def answer(self, sending: Sending, reply: Reply) -> Command:
        with self.database.write() as db:
            command_answered(db, sending, reply, now=NOW + timedelta(seconds=2))
        return self.see(sending.id)

    def see(self, command_id: str) -> Command:
        with self.database.read() as db:
            return get_command(db, self.charger.id, command_id)

    def column(self, name: str) -> object:
        with self.database.read() as db:
            return db.scalar(select(getattr(Charger, name)).where(Charger.id == self.charger.id))

    def admits(self, password: str) -> bool:
        with self.database.read() as db:
            return lines.admit(db, identity="CP1", password=password, protocol="ocpp1.6").refusal is None

    def origin(self) -> Origin:
        return Origin(dataclasses.replace(LINE, charger_id=self.charger.id), "m-1", NOW + timedelta(seconds=3))


@pytest.fixture
def here(database: Database) -> Setting:
    with database.write() as db:
        ada = sign_up(db)
        olga = sign_up(db, "Olga", role=Role.OPERATOR)
        charger = make_charger(db, ada, make_home(db, ada))
        line = dataclasses.replace(LINE, charger_id=charger.id)
        assert lines.line_opened(db, line, gateway_id="g", timing=TIMING, now=NOW)
    return Setting(database, ada, olga, charger)


def test_a_command_is_sent_once_and_its_answer_kept_masked(here: Setting):
    ordered = here.order("DataTransfer", {"vendorId": "V", "data": "x"})

    [sending] = here.claim()
    again = here.claim()
    reply = Reply(outcome=Outcome.ACCEPTED, status="Accepted", payload={"status": "Accepted", "idTag": "04A1B2C3D4"})
    over = here.answer(sending, reply)

    assert (ordered.state, ordered.is_over) == (CommandState.QUEUED, False)
    assert sending.payload == {"vendorId": "V", "data": "x"}
    assert again == []
    assert (over.state, over.status) == (CommandState.ACCEPTED, "Accepted")
    assert over.answer == {"status": "Accepted", "idTag": "04A1…D4"}
    assert over.requested_by is not None
    assert over.requested_by.name == "Olga"


def test_what_was_given_is_kept_whole_only_until_it_is_sent(here: Setting):
    reservation = {"connectorId": 1, "expiryDate": "2026-11-20T12:00:00Z", "idTag": "04A1B2C3D4", "reservationId": 7}
    ordered = here.order("ReserveNow", reservation)

    [sending] = here.claim()
    over = here.answer(sending, Reply(outcome=Outcome.ERROR, status="GenericError", detail="04a1b2c3d4 is unknown"))

    with here.database.read() as db:
        assert db.scalar(select(CommandRow.to_send).where(CommandRow.id == ordered.id)) is None
    assert ordered.payload["idTag"] == "04A1…D4"
    assert sending.payload == reservation
    assert over.error is not None
    assert (over.error.code, over.error.detail) == ("GenericError", "04A1…D4 is unknown")


def test_the_audit_log_says_who_had_whose_charger_told_what(here: Setting):
    command = here.order("Reset", {"type": "Soft"})
    with here.database.write(request_id="r-2") as db:
        order = Order("ChangeConfiguration", {"key": "authorizationKey", "value": "mine"})
        refused = order_command(db, here.charger.id, order, payloads=PAYLOADS, caller=here.olga, now=NOW)

    with here.database.read() as db:
        entries = list_audit(db, AuditFilters(charger_id=here.charger.id), Keyset()).items
        narrowed = [
            list_audit(db, filters, Keyset()).items
            for filters in (
                AuditFilters(actor_id=here.olga.account_id, actions=("charger.command",), since=NOW),
                AuditFilters(actor_id=here.ada.account_id),
                AuditFilters(until=NOW),
            )
        ]

    assert isinstance(refused, UseRotation)
    by_action = {entry.action: entry for entry in entries}
    told, denied = by_action["charger.command"], by_action["charger.command_refused"]
    assert (told.actor_name, told.request_id) == ("Olga", "r-1")
    assert (told.target.kind, told.target.id) == ("command", command.id)
    assert told.location_id == here.charger.location_id
    assert denied.detail["payload"] == {"key": "authorizationKey", "value": "…"}
    assert [len(found) for found in narrowed] == [1, 0, 0]


@pytest.mark.parametrize(
    ("payload", "errors"),
    [
        ({"connectorId": "1"}, {"payload.connectorId"}),
        ({}, {"payload.connectorId"}),
        ({"connectorId": 1, "x": 1}, {"payload.x"}),
    ],
)
def test_a_payload_that_ocpp_does_not_allow_is_refused_by_field(
    here: Setting, payload: dict[str, Any], errors: set[str]
):
    with pytest.raises(Invalid) as refused:
        here.order("UnlockConnector", payload)

    assert set(refused.value.errors) == errors


def test_an_offline_charger_is_told_nothing_and_nothing_is_recorded(here: Setting):
    with here.database.write() as db:
        cut_line(db, here.charger.id, now=NOW)

    with pytest.raises(ChargerOffline):
        here.order("ClearCache")
    with here.database.read() as db, pytest.raises(NotFound):
        list_commands(db, here.olga.account_id, Keyset(), now=NOW)
    with here.database.read() as db:
        assert list_commands(db, here.charger.id, Keyset(), now=NOW).items == []
        assert list_audit(db, AuditFilters(), Keyset()).items == []


def test_a_command_whose_line_goes_before_its_turn_is_not_sent(here: Setting):
    command = here.order("ClearCache")
    with here.database.write() as db:
        cut_line(db, here.charger.id, now=NOW)

    sendings = [here.claim(), here.claim(claimant=SCHEDULER)]
    over = here.see(command.id)

    assert sendings == [[], []]
    assert over.state is CommandState.NOT_SENT
    assert over.error is not None
    assert over.error.code == "charger_offline"


def test_a_command_that_waited_too_long_is_not_sent(here: Setting):
    command = here.order("ClearCache")

    sendings = here.claim(after_s=TIMING.command_timeout.total_seconds())
    over = here.see(command.id)

    assert sendings == []
    assert over.state is CommandState.NOT_SENT
    assert over.error is not None
    assert over.error.code == "expired"


def test_a_command_that_was_sent_before_a_crash_is_never_sent_again(here: Setting):
    command = here.order("Reset", {"type": "Hard"})
    [lost] = here.claim()

    too_early = here.claim(after_s=70)
    after_the_lease = here.claim(after_s=80)
    over = here.see(command.id)
    late = here.answer(lost, Reply(outcome=Outcome.ACCEPTED, status="Accepted", payload={"status": "Accepted"}))

    assert too_early == after_the_lease == []
    assert over.state is late.state is CommandState.NO_ANSWER
    assert over.error is not None
    assert over.error.code == "delivery_unknown"


@pytest.mark.parametrize(
    ("outcome", "state", "code"),
    [
        (Outcome.NO_ANSWER, CommandState.NO_ANSWER, "timed_out"),
        (Outcome.NOT_SENT, CommandState.NOT_SENT, "charger_offline"),
        (Outcome.REJECTED, CommandState.REJECTED, None),
    ],
)
def test_every_end_of_a_command_says_why(here: Setting, outcome: Outcome, state: CommandState, code: str | None):
    here.order("ClearCache")
    [sending] = here.claim()

    over = here.answer(sending, Reply(outcome=outcome, heard_at=NOW, payload={}))

    assert over.state is state
    assert (over.error and over.error.code) == code


def test_a_remote_stop_of_a_session_is_its_stop(here: Setting):
    with here.database.write() as db:
        session = make_session(db, here.charger, here.ada, status=Status.CHARGING, started_at=NOW)
        transaction_id = add_transaction(db, here.charger, session.id)
    here.order("RemoteStopTransaction", {"transactionId": transaction_id})

    here.claim()

    with here.database.write() as db:
        stopped = get_session(db, session.id)
        soon = claim_stops(db, GATEWAY, now=NOW + timedelta(seconds=40))
        again = claim_stops(db, GATEWAY, now=NOW + timedelta(seconds=70))
    assert (stopped.stop_requested_by, stopped.stop_requested_as) == (here.olga.account_id, StopReason.DRIVER)
    assert soon == []
    assert [(stop.transaction_id, stop.tries) for stop in again] == [(transaction_id, 1)]


def test_a_remote_start_makes_what_follows_no_plug_in(here: Setting):
    with here.database.write() as db:
        db.execute(Connector.__table__.insert().values(charger_id=here.charger.id, connector_id=1, status="available"))
    here.order("RemoteStartTransaction", {"idTag": "04A1B2C3"})

    here.claim()

    with here.database.read() as db:
        assert db.scalar(select(Connector.remote_start_at)) == NOW + timedelta(seconds=1)


@pytest.mark.parametrize(("outcome", "is_owed"), [(Outcome.ACCEPTED, True), (Outcome.REJECTED, False)])
def test_profiles_of_ours_are_owed_again_after_an_operator_has_cleared_some(
    here: Setting, outcome: Outcome, *, is_owed: bool
):
    with here.database.write() as db:
        transaction_id = add_transaction(db, here.charger, None, profile_revision=1)
        db.execute(update(Charger).values(default_profile_at=None))
    here.order("ClearChargingProfile")
    [sending] = here.claim()

    here.answer(sending, Reply(outcome=outcome, status="Accepted", payload={"status": "Accepted"}))

    with here.database.read() as db:
        owed = db.scalar(select(TransactionRow.profile_at).where(TransactionRow.id == transaction_id))
    assert (owed is not None, here.column("default_profile_at") is not None) == (is_owed, is_owed)


LIST = {"listVersion": 1, "updateType": "Full", "localAuthorizationList": []}


@pytest.mark.parametrize(
    ("action", "payload"), [("ClearChargingProfile", {}), ("SendLocalList", LIST)], ids=["profiles", "list"]
)
def test_what_a_charger_may_have_taken_before_a_crash_is_made_up_for(
    here: Setting, action: str, payload: dict[str, Any]
):
    nothing_owed = {"default_profile_at": None, "local_list_at": None, "local_list_version": 1}
    with here.database.write() as db:
        db.execute(update(Charger).values(**nothing_owed, local_list_sent_at=NOW))
    here.order(action, payload)
    here.claim()
    before = here.column("default_profile_at"), here.column("local_list_at")

    here.claim(after_s=80)

    is_list = action == "SendLocalList"
    assert before == (None, None)
    assert (here.column("default_profile_at") is not None, here.column("local_list_at") is not None) == (
        not is_list,
        is_list,
    )
    assert here.column("local_list_sent_at") == (None if is_list else NOW)


def test_what_is_known_of_the_configuration_follows_an_operators_change(here: Setting):
    with here.database.write() as db:
        db.execute(update(Charger).values(configuration={"ConnectionTimeOut": "60", "X": "1"}))
    for key, value in (("connectiontimeout", "90"), ("x", "3"), ("Y", "2")):
        here.order("ChangeConfiguration", {"key": key, "value": value})
        [sending] = here.claim()
        here.answer(sending, Reply(outcome=Outcome.ACCEPTED, status="Accepted", payload={"status": "Accepted"}))

    assert here.column("configuration") == {"ConnectionTimeOut": "90", "X": "3", "Y": "2"}
    assert here.column("connection_timeout_s") == 90


def test_a_boot_follows_the_reset_that_brought_it_about_and_ends_an_installation(here: Setting):
    with here.database.write() as db:
        charger_reports.firmware_reported(db, here.origin(), "Installing", TIMING)
    reset = here.order("Reset", {"type": "Hard"})
    here.claim()

    for _ in range(2):
        with here.database.write() as db:
            charger_reports.booted(db, here.origin(), Boot("Acme", "One", "1.1", None))

    [follow_up] = here.see(reset.id).follow_ups
    assert (follow_up.action, follow_up.detail["firmware_version"]) == ("BootNotification", "1.1")
    assert follow_up.message_id == "m-1"
    assert here.column("firmware_status") is None


def test_uploads_and_updates_are_shown_and_follow_what_asked_for_them(here: Setting):
    fetch = {"location": "ftp://cp1:s3cret@files.example/fw", "retrieveDate": "2026-11-20T11:00:00Z"}
    update_ = here.order("UpdateFirmware", fetch)
    upload = here.order("GetDiagnostics", {"location": "https://files.example/logs"})
    here.claim()

    with here.database.write() as db:
        charger_reports.firmware_reported(db, here.origin(), "Installed", TIMING)
        charger_reports.diagnostics_reported(db, here.origin(), "Uploading")
        charger_reports.diagnostics_reported(db, here.origin(), "Uploaded")
        charger_reports.booted(db, here.origin(), Boot("Acme", "One", "1.1", None))
        shown = get_charger(db, here.charger.id, caller=here.ada)

    assert here.see(update_.id).payload["location"] == "ftp://…@files.example/fw"
    assert [each.detail["status"] for each in here.see(update_.id).follow_ups] == ["Installed"]
    assert [each.detail["status"] for each in here.see(upload.id).follow_ups] == ["Uploading", "Uploaded"]
    assert shown.firmware is not None
    assert shown.diagnostics is not None
    assert (shown.firmware.status, shown.diagnostics.status) == ("Installed", "Uploaded")


def rotate(here: Setting) -> Sending:
    with here.database.write() as db:
        rotate_password(db, here.charger.id, caller=here.olga, now=NOW)
    [sending] = here.claim()
    return sending


def password_in(sending: Sending) -> str:
    return bytes.fromhex(sending.payload["value"]).decode()


def test_a_new_password_is_right_before_it_is_sent_and_shown_to_nobody(here: Setting):
    sending = rotate(here)

    assert len(sending.payload["value"]) == 40
    assert len(password_in(sending)) == 20
    assert here.see(sending.id).payload == {"key": "AuthorizationKey", "value": "…"}
    assert password_in(sending) not in repr(sending)
    assert here.admits(here.charger.ocpp.password)
    assert here.admits(password_in(sending))


@pytest.mark.parametrize("as_digits", [False, True])
def test_the_old_password_is_right_until_the_charger_connects_with_the_new_one(here: Setting, *, as_digits: bool):
    sending = rotate(here)
    here.answer(sending, Reply(outcome=Outcome.ACCEPTED, status="Accepted", payload={"status": "Accepted"}))
    used = sending.payload["value"] if as_digits else password_in(sending)
    before = here.admits(here.charger.ocpp.password)

    with here.database.write() as db:
        is_taken = lines.next_password_used(db, here.charger.id, used, now=NOW)

    assert before
    assert is_taken
    assert here.admits(used)
    assert not here.admits(here.charger.ocpp.password)


@pytest.mark.parametrize(
    ("reply", "is_still_right"),
    [
        (Reply(outcome=Outcome.REJECTED, status="Rejected", payload={}), False),
        (Reply(outcome=Outcome.REJECTED, status="NotSupported", payload={}), False),
        (Reply(outcome=Outcome.REJECTED, status="Perhaps", payload={}), True),
        (Reply(outcome=Outcome.ERROR, status="NotImplemented"), False),
        (Reply(outcome=Outcome.ERROR, status="InternalError", detail="disk full"), True),
        (Reply(outcome=Outcome.NOT_SENT), False),
        (Reply(outcome=Outcome.NO_ANSWER), True),
        (Reply(outcome=Outcome.ACCEPTED, status="RebootRequired", payload={}), True),
    ],
)
def test_a_password_that_the_charger_may_have_stays_right(here: Setting, reply: Reply, *, is_still_right: bool):
    earlier = rotate(here)
    here.answer(earlier, Reply(outcome=Outcome.NO_ANSWER))
    sending = rotate(here)

    here.answer(sending, reply)

    assert here.admits(password_in(sending)) is is_still_right
    assert here.admits(password_in(earlier))
    assert here.admits(here.charger.ocpp.password)


def test_a_charger_that_quotes_its_new_password_is_kept_without_it(here: Setting):
    sending = rotate(here)

    over = here.answer(sending, Reply(outcome=Outcome.ERROR, status="X", detail=sending.payload["value"].upper()))

    assert over.error is not None
    assert over.error.detail == "…"


def test_no_password_is_forgotten_for_another_and_so_their_number_is_bounded(here: Setting):
    for _ in range(5):
        rotate(here)

    with pytest.raises(TooManyRotations):
        rotate(here)


def test_their_number_is_bounded_also_where_many_were_ordered_at_once(here: Setting):
    with here.database.write() as db:
        ordered = [rotate_password(db, here.charger.id, caller=here.olga, now=NOW).id for _ in range(7)]

    sent = here.claim()

    over = [here.see(command_id) for command_id in ordered]
    assert [command.id for command in sent] == ordered[:5]
    assert [command.error and command.error.code for command in over] == [None] * 5 + ["rotation_pending"] * 2
    assert {command.state for command in over[5:]} == {CommandState.NOT_SENT}


def test_a_password_given_by_the_owner_ends_every_one_on_its_way(here: Setting):
    sending = rotate(here)

    with here.database.write() as db:
        charger = get_charger(db, here.charger.id, caller=here.ada, for_update=True)
        renewed = renew_password(db, charger, ocpp_url=OCPP_URL, now=NOW)
        refusal = lines.admit(db, identity="CP1", password=password_in(sending), protocol="ocpp1.6").refusal
        is_taken = lines.next_password_used(db, here.charger.id, password_in(sending), now=NOW)

    assert refusal is Refusal.WRONG_PASSWORD
    assert not is_taken
    assert here.admits(renewed.ocpp.password)


def add_transaction(db: Db, charger: NewCharger, session_id: str | None, **columns: Any) -> int:
    at = dict.fromkeys(("charger_started_at", "started_at", "received_at", "heard_at"), NOW)
    zero = dict.fromkeys(("meter_start_wh", "meter_last_wh", "energy_wh", "stop_tries", "profile_tries"), 0)
    zero |= {"stop_version": 0, "profile_version": 0}
    no = dict.fromkeys(("is_refused", "is_orphan", "is_lost", "is_ended_by_zero", "has_samples"), False)
    values = {"charger_id": charger.id, "connector_id": 1, "session_id": session_id, "id_tag": "T", **at, **zero, **no}
    added = TransactionRow.__table__.insert().values(**values | columns).returning(TransactionRow.id)
    return int(db.execute(added).scalar_one())
