"""The household of all examples: who and what is in it, and what a field of this name says wherever it stands.

It is Friday, 20 November 2026, 11:05 in London. Ada has a charger in her garage and a schedule for the nights before
weekdays; Grace lives with her. Last night the car took 10 kWh at 7.2 kW and 7.5 p.
"""

from typing import Any

ADA = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c01"
GRACE = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c02"
SAM = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c03"
"""Of support."""
HOME = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c10"
CHARGER = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c20"
VEHICLE = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c30"
TARIFF = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c40"
FLAT_TARIFF = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c42"
DYNAMIC_TARIFF = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c43"
LOCATION_TARIFF = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c41"
CARD = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c50"
PAIRING = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c51"
SCHEDULE = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c60"
SMART_SCHEDULE = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c63"
SMART_OCCURRENCE = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c64"
OCCURRENCE = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c61"
NEXT_OCCURRENCE = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c62"
SESSION = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c70"
BOOST = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c71"
REJECTED = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c72"
STEP = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c78"
NOTIFICATION = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c80"
EARLIER_NOTIFICATION = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c7f"
WEBHOOK = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c81"
SIGNED_IN = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c82"
PROVIDER = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c90"
TOKEN = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c91"  # noqa: S105 - the id of one
GROUP = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c92"
GROUP_TOKEN = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c93"  # noqa: S105 - the id of one
AUTHORIZATION = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3ca0"
COMMAND = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3ca1"
MESSAGE = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3ca2"
LINE = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3ca3"
AUDITED = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3ca4"
REQUEST = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3ca5"

PASSWORD = "correct horse battery staple"  # noqa: S105 - an example
LINK_TOKEN = "wLr1o0y3Kq8Zt5vXbN2mJc7hG4fD9sA6pQeRuTiYoPk"  # noqa: S105 - an example
NEXT_PASSWORD = "seven green bicycles uphill"  # noqa: S105 - an example
LIVE_TOKEN = "ebf3b399-779f-4497-9b9d-ac6ad3cc44d2"  # noqa: S105 - an example
PUSH_TOKEN = "a1b2c3d4e5f6"  # noqa: S105 - an example
OCPP_PASSWORD = "c5b8f1d2a94e7063b1d8"  # noqa: S105 - an example
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - an example
ACCESS_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"  # noqa: S105 - an example
REFRESH_TOKEN = "q0v6P3cJm1Jt5l8Rk2nW4xYz7aBcDeFgHiJkLmNoPqR"  # noqa: S105 - an example
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 320" role="img"><title>…</title>…</svg>'
UID = "04A1B2C3D4E5F6"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
ADDED = "2026-10-03T18:22:41Z"
STARTED = "2026-11-20T00:33:34Z"
ENDED = "2026-11-20T01:56:54Z"
NOW = "2026-11-20T11:05:00Z"

FACTS: dict[str, Any] = {
    # ids of what there is one of
    "location_id": HOME,
    "charger_id": CHARGER,
    "charger_ids": [CHARGER],
    "driver_id": GRACE,
    "vehicle_id": VEHICLE,
    "tariff_id": TARIFF,
    "card_id": CARD,
    "pairing_id": PAIRING,
    "schedule_id": SCHEDULE,
    "occurrence_id": OCCURRENCE,
    "session_id": SESSION,
    "session": SESSION,
    "authorization_id": AUTHORIZATION,
    "provider_id": PROVIDER,
    "token_id": TOKEN,
    "group_id": GROUP,
    "command_id": COMMAND,
    "message_id": MESSAGE,
    "connection_id": LINE,
    "webhook_id": WEBHOOK,
    "device_id": SIGNED_IN,
    "install_id": "3f2b6c1e-ada-phone",
    "request_id": REQUEST,
    "actor_id": SAM,
    "location_ids": [HOME],
    "connector_id": 1,
    "code": "K7Q29-MXP4T",
    # people, places, things
    "email": "ada@example.org",
    "actor_name": "Sam",
    "owner_name": "Ada Lovelace",
    "location_name": "Home",
    "location": "Home",
    "country": "GB",
    "country_code": "GB",
    "party_id": "ABC",
    "time_zone": "Europe/London",
    "currency": "GBP",
    "token_type": "Bearer",
    "identity": "CP1",
    "charger": "CP1",
    "uid": UID,
    "vendor": "Volta",
    "model": "Wall 7",
    "serial_number": "V7-2026-00417",
    "firmware_version": "1.8.2",
    "reference": "K7Q2-9MXP",
    "summary": "Mondays to Fridays from 00:30 to 05:30, up to 10.0 kWh",
    "schedule_name": "Cheap night",
    # instants
    "created_at": ADDED,
    "updated_at": "2026-11-19T20:14:05Z",
    "at": NOW,
    "started_at": STARTED,
    "ended_at": ENDED,
    "reported_at": "2026-11-20T08:12:36Z",
    "first_seen_at": ADDED,
    "last_seen_at": "2026-11-20T11:04:48Z",
    "chosen_at": ADDED,
    "deleted_at": None,
    "month": "2026-11",
    # energy, power
    "energy_wh": 10_000,
    "uncosted_wh": 0,
    "power_w": 7_200,
    "soc_percent": None,
    # how a charger is set
    "charge_now": False,
    "accept_any": False,
    "remote_start_tag": None,
    "random_delay_max_s": 600,
    "applies_own_delay": False,
    "phases": 1,
    "voltage_v": 230,
    "min_current_a": 6,
    "max_current_a": 32,
    "start_mode": "controlled",
    "proposed_start_mode": None,
    "capabilities": {"smart_charging": True, "local_auth_list": True},
    # what is usual
    "next_cursor": None,
    "stale": False,
    "error_code": None,
    "valid": True,
    "enabled": True,
    "estimated": False,
    "blocked": False,
    "allow_concurrent": False,
    "last_error": None,
    "disabled_at": None,
    "failing_since": None,
    "clock_note": None,
    "advice": None,
}
"""By the name of the field."""
