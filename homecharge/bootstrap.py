"""The only wiring: Settings in, a frozen Container out; nothing is opened before it is asked to run."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from flask import Flask

from homecharge.adapters.bell_memory import MemoryBell
from homecharge.adapters.bell_redis import RedisBell
from homecharge.adapters.catalogues import load_languages
from homecharge.adapters.live_circuits import ShortCircuits
from homecharge.adapters.ocpi_live import OcpiLiveAuthorizer
from homecharge.adapters.outbound import Outbound
from homecharge.adapters.smtp import SmtpMailer
from homecharge.adapters.tariff_http import HttpTariffFeed
from homecharge.adapters.webhook import WebhookPoster
from homecharge.domain.texts import Languages
from homecharge.domain.timing import Timing
from homecharge.domain.warnings import WarningTimes
from homecharge.engine.alarms import Alarms, Conversations
from homecharge.engine.checks import Checks
from homecharge.engine.commands import Commands
from homecharge.engine.feeds import Feeds
from homecharge.engine.housekeeping import Housekeeping
from homecharge.engine.inbound import Inbound
from homecharge.engine.local_lists import LocalLists
from homecharge.engine.mails import Mails
from homecharge.engine.openings import Openings
from homecharge.engine.profiles import Profiles
from homecharge.engine.set_up import SetUp
from homecharge.engine.starts import Starts
from homecharge.engine.stops import Stops
from homecharge.engine.telling import Telling
from homecharge.engine.triggered import Triggered
from homecharge.engine.warnings import Warnings
from homecharge.gateway import v16
from homecharge.gateway.own_payloads import OwnPayloads
from homecharge.gateway.server import Gateway
from homecharge.observability.clock import Clock, SystemClock
from homecharge.observability.metrics import Metrics
from homecharge.ports.bell import Bell
from homecharge.ports.live_authorizer import LiveAuthorizer
from homecharge.ports.notifier import Mailer
from homecharge.services.outgoing import Ways
from homecharge.services.passwords import Passwords
from homecharge.settings import Role, Settings, WireStatuses
from homecharge.settings.ocpp_tls import load_ocpp_tls
from homecharge.settings.secret_key import resolve_secret_key
from homecharge.storage.claims import Claimant
from homecharge.storage.database import Database
from homecharge.storage.types import new_id
from homecharge.web.app import create_app
from homecharge.web.context import WebContext
from homecharge.web.edge import Edge
from homecharge.web.limits import RateLimits

EVERY_ROLE = frozenset(Role)
SET_UP_AGAIN_TICKS = 10
"""How long a set-up waits for a database that is away."""


def timing_of(settings: Settings) -> Timing:
    """The waits of the rules, as durations."""
    return Timing(
        start_confirm=timedelta(seconds=settings.start_confirm_s),
        energy_confirm=timedelta(seconds=settings.energy_confirm_s),
        command_timeout=timedelta(seconds=settings.command_timeout_s),
        offline_grace=timedelta(seconds=settings.offline_grace_s),
        outage_grace=timedelta(seconds=settings.outage_grace_s),
        boost_window=timedelta(seconds=settings.boost_window_s),
        stable_line=timedelta(seconds=settings.stable_line_s),
        backoff=tuple(timedelta(seconds=seconds) for seconds in settings.backoff_s),
        lost_available=timedelta(seconds=settings.lost_available_s),
        lost_plugged=timedelta(seconds=settings.lost_plugged_s),
        stop_again=tuple(timedelta(seconds=seconds) for seconds in settings.stop_again_s),
        refused_grace=timedelta(seconds=settings.refused_grace_s),
        surplus_fresh=timedelta(seconds=settings.surplus_fresh_s),
        surplus_hold=timedelta(seconds=settings.surplus_hold_s),
        surplus_step=timedelta(seconds=settings.surplus_step_s),
    )


@dataclass(frozen=True)
class Container:
    """One process's parts, each made when it is first needed."""

    settings: Settings
    roles: frozenset[Role] = EVERY_ROLE
    clock: Clock = SystemClock()  # noqa: RUF009 - it has no state

    @cached_property
    def process_id(self) -> str:
        """This process; as the holder of sockets, the gateway's id."""
        return new_id()

    @cached_property
    def timing(self) -> Timing:
        """The waits of the rules."""
        return timing_of(self.settings)

    @cached_property
    def metrics(self) -> Metrics:
        """This process's instruments."""
        return Metrics()

    @cached_property
    def bell(self) -> Bell:
        """Redis where it is set, else within this process."""
        return RedisBell(self.settings.redis_url) if self.settings.redis_url else MemoryBell()

    @cached_property
    def database(self) -> Database:
        """The units of work."""
        return Database(self.settings.database_url, bell=self.bell)

    @cached_property
    def gateway(self) -> Gateway:
        """The chargers' sockets."""
        return Gateway(
            host=self.settings.ocpp_host,
            port=self.settings.ocpp_port,
            tls=load_ocpp_tls(self.settings),
            clock=self.clock,
            metrics=self.metrics,
        )

    @cached_property
    def inbound(self) -> Inbound:
        """What answers chargers."""
        inbound = Inbound(
            self.database,
            self.timing,
            self.metrics,
            self.live_authorizer,
            gateway_id=self.process_id,
            is_plain=self.settings.wire_statuses is WireStatuses.PLAIN,
            triggered=self.triggered,
        )
        inbound.disconnect = lambda line, reason: self.gateway.disconnect(line, reason=reason)
        return inbound

    @cached_property
    def triggered(self) -> Triggered:
        """What was asked for and is to be looked at once it comes."""
        return Triggered()

    @cached_property
    def set_up(self) -> SetUp:
        """What asks new lines."""
        again_s = SET_UP_AGAIN_TICKS * self.settings.tick_s
        return SetUp(self.database, self.gateway, self.clock, timeout=self.timing.command_timeout, again_s=again_s)

    @cached_property
    def alarms(self) -> Alarms:
        """The one path to start a charge."""
        timeout = self.timing.command_timeout
        claimant = Claimant(
            gateway_id=self.process_id if Role.GATEWAY in self.roles else None,
            takes_unheld=Role.SCHEDULER in self.roles,
        )
        return Alarms(
            self.database,
            self.clock,
            self.metrics,
            self.timing,
            claimant,
            talks=Conversations(
                starts=Starts(self.database, self.gateway, self.clock, self.metrics, timeout=timeout),
                stops=Stops(self.database, self.gateway, self.clock, self.metrics, timing=self.timing),
                profiles=Profiles(self.database, self.gateway, self.clock, self.metrics, timing=self.timing),
                lists=LocalLists(self.database, self.gateway, self.clock, self.metrics, timing=self.timing),
                commands=Commands(self.database, self.gateway, self.clock, self.triggered, timing=self.timing),
            ),
        )

    @cached_property
    def openings(self) -> Openings:
        """What waits for cars."""
        return Openings(self.database, self.clock)

    @cached_property
    def housekeeping(self) -> Housekeeping:
        """What runs now and then."""
        return Housekeeping(
            self.database,
            self.bell,
            self.clock,
            process_id=self.process_id,
            roles=",".join(sorted(self.roles)),
            silent=timedelta(seconds=self.settings.gateway_silent_s),
            keep_messages=timedelta(days=self.settings.message_log_days),
            agents_stay=timedelta(seconds=self.settings.agent_login_s),
        )

    @cached_property
    def outbound(self) -> Outbound:
        """The one door to URLs that others gave us."""
        return Outbound(allow_private=self.settings.allows_private_urls)

    @cached_property
    def own_outbound(self) -> Outbound:
        """The door to what this installation's own settings name, at home or not."""
        return Outbound(allow_private=True)

    @cached_property
    def mailer(self) -> Mailer | None:
        """What sends mail, where there is a server for it."""
        settings = self.settings
        if settings.smtp_url is None or settings.mail_from is None:
            return None
        return SmtpMailer(settings.smtp_url, sender=settings.mail_from)

    @cached_property
    def ways(self) -> Ways:
        """By which people can be told."""
        settings = self.settings
        return Ways(
            languages=self.languages,
            has_mail=self.mailer is not None,
            push_url=settings.push_url,
            push_secret=settings.push_secret or "",
        )

    @cached_property
    def warnings(self) -> Warnings:
        """What asks before a start whether it would fail."""
        settings = self.settings
        times = WarningTimes(settings.warn_at, timedelta(seconds=settings.warn_ahead_s))
        return Warnings(self.database, self.clock, self.timing, times, self.ways.channels)

    @cached_property
    def telling(self) -> Telling:
        """What tells people."""
        return Telling(
            self.database,
            self.clock,
            self.metrics,
            self.ways,
            hooks=WebhookPoster(self.outbound),
            push=WebhookPoster(self.own_outbound),
            mailer=self.mailer,
            offline_told=timedelta(seconds=self.settings.offline_told_s),
        )

    @cached_property
    def feeds(self) -> Feeds:
        """What asks for prices."""
        return Feeds(self.database, HttpTariffFeed(self.outbound), self.clock, self.metrics)

    @cached_property
    def live_authorizer(self) -> LiveAuthorizer:
        """What asks mobility providers about cards."""
        return ShortCircuits(OcpiLiveAuthorizer(self.outbound), self.clock, self.metrics)

    @cached_property
    def mails(self) -> Mails:
        """What sends mails about accounts."""
        return Mails(self.database, self.mailer, self.clock, languages=self.languages, app_url=self.settings.app_url)

    @cached_property
    def checks(self) -> Checks:
        """What asks providers for manual checks."""
        return Checks(self.database, self.live_authorizer, self.clock)

    @cached_property
    def passwords(self) -> Passwords:
        """Hashes of people's passwords."""
        return Passwords(shortest=self.settings.password_length)

    @cached_property
    def languages(self) -> Languages:
        """Those that people may read."""
        return load_languages()

    @cached_property
    def app(self) -> Flask:
        """The Flask application."""
        return create_app(
            WebContext(
                units=self.database,
                clock=self.clock,
                settings=self.settings,
                secret_key=resolve_secret_key(self.settings),
                passwords=self.passwords,
                rates=RateLimits(self.settings.redis_url),
                metrics=self.metrics,
                channels=self.ways.channels,
                timing=self.timing,
                languages=self.languages,
                ocpp_payloads=OwnPayloads(v16.SCHEMAS),
            )
        )

    @cached_property
    def edge(self) -> Edge:
        """The ASGI edge around it."""
        return Edge(self.app, self.bell)
