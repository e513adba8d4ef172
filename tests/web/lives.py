"""A person who has left a trace in every table that can hold one, made through the API and by chargers' reports."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, update

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Role
from homecharge.domain.masking import mask_tag
from homecharge.domain.notification_preferences import Channel
from homecharge.ports.charger_events import Frame, Line, MeterReport, Origin, Sample, TransactionStart, TransactionStop
from homecharge.services import telling
from homecharge.services.authorizing import authorized
from homecharge.services.decisions import decide
from homecharge.services.lines import line_opened
from homecharge.services.metering import record_samples
from homecharge.services.transaction_ends import transaction_stopped
from homecharge.services.transactions import transaction_started
from homecharge.storage.database import Database
from homecharge.storage.models import AccountLink, Charger, CommandRow
from homecharge.storage.queries.message_log import add_frames
from homecharge.storage.queries.sessions import TABLE as SESSIONS
from homecharge.storage.queries.sessions import list_sessions
from homecharge.storage.types import new_id
from tests.charges import TIMING
from tests.web.conftest import START, SignIn
from tests.web.homes import HOME, Headers, id_of, join

MARK = "zyx"
"""In every word that Ada chose, and in nothing else."""
PASSWORD = "seven green bicycles uphill"
EMAIL = f"ada-{MARK}@example.org"
OWN_CARD, SHARED_CARD = f"{MARK}A0001{MARK}", f"{MARK}B0002{MARK}"
"""Their ends have the mark, too."""
SMART = {"kind": "manual", "name": f"Night {MARK}", "on": {"weekdays": ["mon"]}, "start_time": "02:00"}
TARIFF = {"name": f"Prices {MARK}", "currency": "GBP", "kind": "dynamic", "rates": []}
PHONE = {"platform": "ios", "push_token": f"push-{MARK}", "app_version": "4.2.0", "locale": "en-GB"}


class Life:
    """Ada owns a home, and is an admin of Ben's; she has charged at both by card, and removed her charger."""

    def __init__(self, client: FlaskClient, database: Database, sign_in: SignIn) -> None:
        self.client, self.database, self.ben = client, database, sign_in()
        self.headers: Headers = {}
        self.account_id = self._sign_up()
        self.home, self.charger = self._make_home(self.headers, f"Cottage {MARK}", f"CP-{MARK}")
        self.bens_home, self.bens_charger = self._make_home(self.ben, "Ben's", "BEN-1")
        join(client, database, id_of(self.bens_home), self.headers, MemberRole.ADMIN)
        self._choose()
        self.tap(self.charger, OWN_CARD)
        self.session = self.tap(self.bens_charger, SHARED_CARD)
        self._be_refused()
        self.ask("POST", f"/v1/chargers/{self.bens_charger}/restart")
        self._boost_and_cancel()
        self._serve(sign_in(Role.OPERATOR))
        self.ask("DELETE", f"/v1/chargers/{self.charger}")

    def ask(self, method: str, path: str, body: object = None, *, headers: Headers | None = None) -> Any:  # noqa: ANN401 - any JSON
        """What is answered; fails where it is refused."""
        key = {"Idempotency-Key": new_id()} if method == "POST" else {}
        answer = self.client.open(path, method=method, json=body, headers=(headers or self.headers) | key)
        assert answer.status_code < 400, (path, answer.get_data(as_text=True))
        return answer.get_json(silent=True)

    def _sign_up(self) -> str:
        person = {"email": EMAIL, "password": PASSWORD, "name": f"Ada {MARK}", "locale": "en"}
        account_id: str = self.ask("POST", "/v1/auth/register", person)["id"]
        told = {"email": EMAIL, "password": PASSWORD, "device": f"Phone {MARK}"}
        tokens = self.client.post("/v1/auth/login", json=told).get_json()
        self.headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        self.ask("POST", "/v1/auth/password/forgot", {"email": EMAIL})
        self.ask("POST", "/v1/auth/email/change", {"email": f"new-{EMAIL}", "password": PASSWORD})
        return account_id

    def _make_home(self, owner: Headers, name: str, identity: str) -> tuple[str, str]:
        home = self.ask("POST", "/v1/locations", HOME | {"name": name}, headers=owner)["id"]
        hours = {"choice": "none"}
        wish = {"location_id": home, "identity": identity, "name": f"At {name}", "restricted_hours": hours}
        charger: str = self.ask("POST", "/v1/chargers", wish, headers=owner)["id"]
        return f"/v1/locations/{home}", charger

    def _choose(self) -> None:
        """Everything that a person can call something."""
        self.ask("PATCH", f"/v1/chargers/{self.charger}", {"remote_start_tag": f"TAG{MARK}"})
        self.ask("POST", f"{self.home}/vehicles", {"name": f"Car {MARK}", "battery_wh": 50_000})
        self.ask("POST", f"/v1/chargers/{self.bens_charger}/schedules", SMART)
        tariff = self.ask("POST", "/v1/tariffs", TARIFF)
        self.ask("PATCH", f"/v1/tariffs/{tariff['id']}", {"feed_url": f"https://{MARK}.example.org/rates"})
        self.ask("PUT", f"{self.home}/tariff", {"tariff_id": tariff["id"]})
        self.ask("PUT", f"/v1/me/devices/install-{MARK}", PHONE)
        self.ask("PUT", "/v1/me/notification-preferences", {"kinds": {"finished": {"push": False}}})
        self.ask("POST", "/v1/me/webhooks", {"url": f"https://{MARK}.example.org/hook"})
        self.ask("POST", f"{self.bens_home}/join-code", {})
        self.ask("POST", f"{self.home}/cards", {"uid": OWN_CARD, "name": f"Key {MARK}"})
        whose = {"driver_id": self.account_id}
        self.ask("POST", f"{self.bens_home}/cards", {"uid": SHARED_CARD, "name": f"Key {MARK}"} | whose)

    def _serve(self, operator: Headers) -> None:
        """What operators do for Ada."""
        paid = {"type": "token", "contract_ids": [f"GB-{MARK}-C1"], "external_url": f"https://{MARK}.example.org"}
        access = {"roaming": True, "guest": False, "accept_any": False, "reimbursement": paid}
        self.ask("PUT", f"/v1/operator{self.home.removeprefix('/v1')}/access", access, headers=operator)
        told = {"action": "DataTransfer", "payload": {"vendorId": "Homecharge", "data": f"for Ada {MARK}"}}
        self.ask("POST", f"/v1/operator/chargers/{self.charger}/commands", told, headers=operator)
        held = {"connectorId": 1, "expiryDate": "2026-12-01T00:00:00Z", "idTag": SHARED_CARD, "reservationId": 1}
        told = {"action": "ReserveNow", "payload": held}
        self.ask("POST", f"/v1/operator/chargers/{self.bens_charger}/commands", told, headers=operator)
        with self.database.write() as db:
            db.execute(update(CommandRow).values(to_send=None, error_detail=f"No card {mask_tag(SHARED_CARD)}"))
        check = {"charger_id": self.bens_charger, "uid": SHARED_CARD}
        self.ask("POST", "/v1/operator/authorizations", check, headers=operator)
        for look in (f"operator/cards/{SHARED_CARD}", f"support/search?q={SHARED_CARD}"):
            self.ask("GET", f"/v1/{look}", headers=operator)

    def _be_refused(self) -> None:
        """A card that is switched off leaves a try of Ben's, and its ends in the evidence."""
        (card,) = self.ask("GET", f"{self.bens_home}/cards")["items"]
        path = f"{self.bens_home}/cards/{card['id']}"
        self.ask("PATCH", path, {"valid": False})
        line = Line(new_id(), self.bens_charger, "CP", "ocpp1.6")
        at = START + timedelta(hours=1)
        with self.database.write() as db:
            start = TransactionStart(1, f" {SHARED_CARD} ", 1_000, at)
            transaction_started(db, Origin(line, new_id(), at), start, TIMING)
        self.ask("PATCH", path, {"valid": True})

    def tap(self, charger_id: str, uid: str) -> str:
        """Ada charges with a card; the session's id."""
        line = Line(new_id(), charger_id, "CP", "ocpp1.6")
        at = START + timedelta(minutes=1)
        with self.database.write() as db:
            line_opened(db, line, gateway_id=new_id(), timing=TIMING, now=START)
            authorized(db, Origin(line, new_id(), at), uid)
            begun = transaction_started(db, Origin(line, new_id(), at), TransactionStart(1, uid, 0, at), TIMING)
            assert begun is not None
            sample = MeterReport(1, begun.transaction_id, (Sample(at, 500, 7_000, None, None),))
            record_samples(db, [(Origin(line, new_id(), at), sample)], TIMING)
            over = TransactionStop(begun.transaction_id, uid, 1_000, at + timedelta(minutes=9), "Local", ())
            transaction_stopped(db, Origin(line, new_id(), over.timestamp), over, TIMING)
            live = list_sessions(db, SESSIONS.c.charger_id == charger_id, SESSIONS.c.wake_at.is_not(None))
            decide(db, live, TIMING, now=over.timestamp)
            said = f'[2,"1","StartTransaction",{{"connectorId":1,"idTag":"{uid.lower()}","meterStart":0}}]'
            frames = [
                Frame(new_id(), charger_id, line.connection_id, at, "in", "call", "StartTransaction", "1", said),
                Frame(new_id(), charger_id, line.connection_id, at, "in", "broken", None, None, said[:64]),
            ]
            add_frames(db, frames)
        [newest, *_] = self.ask("GET", f"/v1/sessions?charger_id={charger_id}&kind=card")["items"]
        return str(newest["id"])

    def _boost_and_cancel(self) -> None:
        boost = self.ask("POST", f"/v1/chargers/{self.bens_charger}/boost", {"limit": None})
        self.ask("POST", f"/v1/sessions/{boost['id']}/cancel")
        with self.database.write() as db:
            seen = {"serial_number": f"SN-{MARK}", "configuration": {"keys": {"Owner": MARK}}, "tell_at": None}
            db.execute(update(Charger).where(Charger.id == self.charger).values(seen))
            link = {"token_hash": "-", "kind": "email", "email": EMAIL, "expires_at": START}
            db.execute(insert(AccountLink).values(account_id=self.account_id, **link))
            telling.tell_of_sessions(db, frozenset(Channel), now=START)
