"""What a person is handed of all that is held about them: the sections of the export, and their fields by kind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a field holds; in a row that says nothing of it, null."""

    ID = "id"
    TEXT = "text"
    INSTANT = "instant"
    DAY = "day"
    WHOLE = "whole"
    FLAG = "flag"
    DECIMAL = "decimal"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rows of one kind. No secret is among the fields, and nothing that others are known by."""

    about: str
    ids: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    instants: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    wholes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    decimals: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def fields(self) -> Mapping[str, Kind]:
        """Every field with its kind."""
        return dict(self._pairs())

    def _pairs(self) -> Iterator[tuple[str, Kind]]:
        for names, kind in (
            (self.ids, Kind.ID),
            (self.texts, Kind.TEXT),
            (self.instants, Kind.INSTANT),
            (self.days, Kind.DAY),
            (self.wholes, Kind.WHOLE),
            (self.flags, Kind.FLAG),
            (self.decimals, Kind.DECIMAL),
            (self.documents, Kind.DOCUMENT),
        ):
            yield from ((name, kind) for name in names)


MADE = ("created_at", "updated_at")
CHOSEN = ("start_mode", "remote_start_tag", "solar")
ENDED = ("stop_reason", "result", "reason", "cost_currency", "cost_note")
LIVED = ("started_at", "ended_at", "boosted_at", "stop_requested_at")
SECTIONS: Mapping[str, Section] = MappingProxyType(
    {
        "profile": Section(
            about="The account itself.",
            ids=("id",),
            texts=("email", "name", "locale", "role"),
            instants=("email_verified_at", *MADE),
        ),
        "log_ins": Section(
            about="Where it was signed in.",
            ids=("id",),
            texts=("device",),
            instants=("created_at", "used_at", "revoked_at"),
        ),
        "devices": Section(
            about="Installations of the app that take pushes.",
            texts=("install_id", "platform", "app_version", "locale"),
            instants=("updated_at",),
        ),
        "mailed_links": Section(
            about="Links that were mailed and not used.", texts=("kind", "email"), instants=("expires_at",)
        ),
        "mails": Section(about="Mails that wait to be sent.", texts=("kind", "recipient"), instants=("created_at",)),
        "notification_preferences": Section(
            about="What to be told of, and how.", documents=("chosen",), instants=("updated_at",)
        ),
        "notifications": Section(
            about="What was told, for 90 days.",
            ids=("id", "session_id", "charger_id", "location_id"),
            texts=("kind", "urgency", "reference"),
            instants=("at", "expires_at", "read_at"),
            documents=("params",),
        ),
        "deliveries": Section(
            about="What became of telling it.",
            ids=("id", "notification_id", "webhook_id"),
            texts=("channel", "state", "error"),
            wholes=("tries",),
            instants=("created_at", "ended_at"),
        ),
        "webhooks": Section(
            about="URLs that are told, too; without their secrets.",
            ids=("id",),
            texts=("url", "last_error"),
            instants=("created_at", "delivered_at", "failing_since", "disabled_at"),
        ),
        "memberships": Section(
            about="Homes that one belongs to.",
            ids=("location_id",),
            texts=("role",),
            instants=("joined_at", "changed_at"),
        ),
        "joining_codes": Section(
            about="Codes made for others to join with.",
            ids=("id", "location_id"),
            texts=("role",),
            wholes=("uses", "used"),
            instants=("created_at", "expires_at", "revoked_at"),
        ),
        "locations": Section(
            about="Homes that one owns.",
            ids=("id",),
            texts=("name", "country", "time_zone", "currency"),
            flags=("accept_any", "roaming", "guest"),
            wholes=("surplus_w",),
            documents=("reimbursement",),
            instants=("surplus_at", *MADE, "deleted_at"),
        ),
        "vehicles": Section(
            about="The vehicles of these homes.",
            ids=("id", "location_id"),
            texts=("name",),
            wholes=("battery_wh", "max_power_w", "efficiency_percent", "soc_percent"),
            instants=("soc_at", *MADE, "deleted_at"),
        ),
        "chargers": Section(
            about="Their chargers; without their passwords.",
            ids=("id", "location_id", "vehicle_id"),
            texts=("identity", "name", "vendor", "model", "firmware_version", "serial_number", "protocol", *CHOSEN),
            flags=("charge_now", "accept_any"),
            wholes=("random_delay_max_s", "phases", "voltage_v", "min_current_a", "max_current_a"),
            documents=("restricted_hours", "last_refusal"),
            instants=("first_seen_at", "last_seen_at", "connected_at", "offline_since", *MADE, "deleted_at"),
        ),
        "schedules": Section(
            about="Schedules that one made.",
            ids=("id", "charger_id"),
            texts=("kind", "name"),
            flags=("is_enabled",),
            documents=("spec", "limit"),
            instants=(*MADE, "deleted_at"),
        ),
        "occurrences": Section(
            about="Their firings.",
            ids=("id", "schedule_id"),
            texts=("clock_note",),
            days=("local_date",),
            wholes=("round",),
            documents=("override",),
            instants=("starts_at", "ready_by", "window_start", "window_end", "skipped_at", "decided_at"),
        ),
        "tariffs": Section(
            about="Tariffs that one made.",
            ids=("id",),
            texts=("name", "currency", "kind", "feed_url"),
            instants=(*MADE, "deleted_at"),
        ),
        "tariff_versions": Section(
            about="What they say, and since when.", ids=("tariff_id",), instants=("valid_from",), documents=("spec",)
        ),
        "tariff_rates": Section(
            about="Their prices by the interval.",
            ids=("tariff_id",),
            instants=("valid_from", "valid_to"),
            decimals=("per_kwh",),
        ),
        "location_tariffs": Section(
            about="What the homes that one owns pay by, and since when.",
            ids=("id", "location_id", "tariff_id"),
            instants=("valid_from", *MADE),
        ),
        "cards": Section(
            about="One's own cards, and those of the homes that one owns.",
            ids=("id", "driver_id"),
            texts=("uid", "name"),
            flags=("is_valid",),
            instants=MADE,
        ),
        "card_pairings": Section(
            about="Cards that one asked to be held to a charger.",
            ids=("id", "charger_id", "card_id"),
            texts=("name", "state"),
            instants=("created_at", "expires_at"),
        ),
        "reimbursed_cards": Section(
            about="Cards whose charges are paid back at the homes that one owns.",
            ids=("location_id",),
            texts=("linked_by", "key"),
        ),
        "card_checks": Section(
            about="Decisions about one's own cards.",
            ids=("id", "charger_id", "location_id", "session_id"),
            texts=("request", "uid", "status", "code"),
            instants=("at", "granted_until"),
        ),
        "commands": Section(
            about="What one had chargers told.",
            ids=("id", "charger_id"),
            texts=("action", "state", "status"),
            instants=("created_at", "sent_at", "answered_at"),
        ),
        "deeds": Section(
            about="What one did that is in the audit log.",
            ids=("id", "charger_id", "location_id"),
            texts=("action", "target_kind", "target_id"),
            documents=("detail",),
            instants=("at",),
        ),
        "sessions": Section(
            about="Every try to charge that was one's own.",
            ids=("id", "location_id", "charger_id", "schedule_id", "occurrence_id", "recovers_session_id"),
            texts=("reference", "kind", "status", "card_uid", *ENDED),
            wholes=("connector_id", "attempt", "random_delay_s", "energy_wh", "uncosted_wh"),
            decimals=("cost",),
            documents=("target", "limit", "plan", "rejection", "shortfall", "flags"),
            instants=("at", "due_at", "window_start", "window_end", *LIVED, *MADE),
        ),
        "timeline": Section(
            about="What happened in them.",
            ids=("id", "session_id"),
            texts=("kind", "actor", "cause"),
            documents=("detail",),
            instants=("at",),
        ),
        "transactions": Section(
            about="The chargers' own records of them.",
            ids=("session_id", "charger_id"),
            texts=("id_tag", "stop_reason"),
            wholes=("id", "connector_id", "meter_start_wh", "energy_wh"),
            instants=("started_at", "stopped_at"),
        ),
        "cost_lines": Section(
            about="What they cost, by the interval of the tariff.",
            ids=("session_id",),
            wholes=("energy_wh",),
            decimals=("rate",),
            instants=("starts_at", "ends_at"),
        ),
        "readings": Section(
            about="Their meter readings.",
            ids=("id", "session_id"),
            wholes=("transaction_id", "energy_wh", "power_w", "soc_percent"),
            instants=("at",),
        ),
    }
)
"""In the order of the document."""
