"""What Prometheus is told, in a registry of its own for each container, so that two in one process never mix."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The instruments of one container. Label values come from fixed lists, never from what somebody sent us."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.http_requests = Counter(
            "homecharge_http_requests", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self.http_request_seconds = Histogram(
            "homecharge_http_request_seconds", "Time to answer a request.", ["method", "route"], registry=registry
        )
        self.ocpp_frames = Counter(
            "homecharge_ocpp_frames", "OCPP calls received and sent.", ["action", "direction"], registry=registry
        )
        self.ocpp_handler_seconds = Histogram(
            "homecharge_ocpp_handler_seconds", "Time to answer a charger's call.", ["action"], registry=registry
        )
        self.connected_chargers = Gauge(
            "homecharge_connected_chargers", "Chargers whose socket this process holds.", registry=registry
        )
        self.session_outcomes = Counter(
            "homecharge_session_outcomes",
            "Sessions that the alarms ended, by rejection code or `completed`.",
            ["code"],
            registry=registry,
        )
        self.commands = Counter(
            "homecharge_commands",
            "Commands to chargers, by what came of them.",
            ["action", "answer"],
            registry=registry,
        )
        self.tariff_feed_polls = Counter(
            "homecharge_tariff_feed_polls",
            "Feeds of prices asked, by what came of it: `taken`, `unavailable` or `unreadable`.",
            ["outcome"],
            registry=registry,
        )
        self.live_checks = Counter(
            "homecharge_live_checks",
            "Cards about which a provider was to be asked, by what came of it.",
            ["verdict"],
            registry=registry,
        )
        self.live_check_seconds = Histogram(
            "homecharge_live_check_seconds",
            "Time until a provider answered about a card, or was given up.",
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30),
            registry=registry,
        )
        self.notifications = Counter(
            "homecharge_notifications",
            "Notifications sent, by channel and by what came of it: `delivered` or `failed`.",
            ["channel", "outcome"],
            registry=registry,
        )
        self.tick_seconds = Histogram(
            "homecharge_tick_seconds", "Time a tick took to claim and spawn its work.", ["tick"], registry=registry
        )
        self.group_commit_size = Histogram(
            "homecharge_group_commit_size",
            "Writes that went into one commit.",
            ["writer"],
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
            registry=registry,
        )

    def exposition(self) -> bytes:
        """Everything measured so far, in Prometheus' text format; its media type is CONTENT_TYPE."""
        return generate_latest(self.registry)
