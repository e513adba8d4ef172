"""What an installation may set: read once from the environment, checked as a whole, refused in words."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, get_args, get_type_hints

from homecharge.settings.values import (
    SQLITE,
    AppUrl,
    DatabaseUrl,
    Days,
    EachSeconds,
    Email,
    File,
    Host,
    HttpUrl,
    MailAddress,
    OcppUrl,
    PasswordLength,
    Phone,
    Port,
    Rate,
    RedisUrl,
    Seconds,
    SigningSecret,
    SmtpUrl,
    Text,
    Version,
    WallTime,
    WebUrl,
    one_of,
)

PREFIX = "HOMECHARGE_"
_TOGETHER = (("ocpp_tls_cert", "ocpp_tls_key"), ("smtp_url", "mail_from"), ("push_url", "push_secret"))
SECRET_KEY_CHARACTERS = 32  # RFC 7518 §3.2: an HS256 key has at least 256 bits


class Role(StrEnum):
    """A part of the work that a process can take on."""

    API = "api"
    GATEWAY = "gateway"
    SCHEDULER = "scheduler"


class LogFormat(StrEnum):
    """How log lines are written: for people or for machines."""

    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """The least severe log line that is written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class OutboundPrivate(StrEnum):
    """Whether URLs that others give us, of feeds, webhooks and providers, may be private addresses."""

    REFUSE = "refuse"
    ALLOW = "allow"


class WireStatuses(StrEnum):
    """Whether chargers are told of what kind a refusal is, or only that a card is refused."""

    PRECISE = "precise"
    PLAIN = "plain"


class SettingsError(ValueError):
    """The environment describes no installation that can run; `problems` are whole sentences."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("Homecharge cannot run with these settings:\n" + "\n".join(f"- {p}" for p in self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One attribute per variable: `start_confirm_s` is HOMECHARGE_START_CONFIRM_S. `_s` are seconds of at least 1."""

    database_url: DatabaseUrl = field(default="sqlite:///homecharge.db", repr=False)
    redis_url: RedisUrl | None = field(default=None, repr=False)
    secret_key: Text = field(default="", repr=False)
    http_host: Host = "127.0.0.1"
    http_port: Port = 8000
    ocpp_host: Host = "127.0.0.1"
    ocpp_port: Port = 9000
    ocpp_public_url: OcppUrl | None = None
    ocpp_tls_cert: File | None = None
    ocpp_tls_key: File | None = None
    tick_s: Seconds = 1.0
    start_confirm_s: Seconds = 120.0
    energy_confirm_s: Seconds = 180.0
    command_timeout_s: Seconds = 30.0
    offline_grace_s: Seconds = 60.0
    boost_window_s: Seconds = 600.0
    outage_grace_s: Seconds = 300.0
    stable_line_s: Seconds = 30.0
    backoff_s: EachSeconds = (60.0, 300.0, 900.0)
    lost_available_s: Seconds = 120.0
    lost_plugged_s: Seconds = 300.0
    stop_again_s: EachSeconds = (30.0, 120.0, 300.0)
    refused_grace_s: Seconds = 60.0
    surplus_fresh_s: Seconds = 900.0
    surplus_hold_s: Seconds = 300.0
    surplus_step_s: Seconds = 30.0
    gateway_silent_s: Seconds = 15.0
    password_length: PasswordLength = 8
    agent_login_s: Seconds = 43_200.0
    agent_idle_s: Seconds = 3600.0
    rate_register: Rate = "60/hour"
    rate_login: Rate = "10/15minutes"
    rate_login_account: Rate = "100/hour"
    rate_login_address: Rate = "100/hour"
    rate_mail: Rate = "5/hour"
    rate_cards: Rate = "60/hour"
    rate_join: Rate = "10/15minutes"
    join_code_s: Seconds = 259_200.0
    app_url: AppUrl = "homecharge://app"
    app_oldest_version: Version = "0"
    support_email: Email | None = None
    support_phone: Phone | None = None
    support_url: WebUrl | None = None
    help_url: WebUrl | None = None
    terms_url: WebUrl | None = None
    privacy_url: WebUrl | None = None
    outbound_private: Annotated[OutboundPrivate, one_of(OutboundPrivate)] = OutboundPrivate.REFUSE
    wire_statuses: Annotated[WireStatuses, one_of(WireStatuses)] = WireStatuses.PRECISE
    message_log_days: Days = 90
    offline_told_s: Seconds = 3600.0
    warn_at: WallTime = time(20, 30)
    warn_ahead_s: Seconds = 1800.0
    smtp_url: SmtpUrl | None = field(default=None, repr=False)
    mail_from: MailAddress | None = None
    push_url: HttpUrl | None = field(default=None, repr=False)
    push_secret: SigningSecret | None = field(default=None, repr=False)
    log_level: Annotated[LogLevel, one_of(LogLevel)] = LogLevel.INFO
    log_format: Annotated[LogFormat, one_of(LogFormat)] = LogFormat.CONSOLE

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read every HOMECHARGE_ variable of `env`; an empty one counts as not set.

        Raises SettingsError with all problems at once, unknown names among them.
        """
        parsers = {PREFIX + name.upper(): (name, parser) for name, parser in _parsers(cls).items()}
        given = {name: text.strip() for name, text in env.items() if name.startswith(PREFIX) and text.strip()}
        problems = [_unknown(name, parsers) for name in sorted(given) if name not in parsers]
        values: dict[str, Any] = {}
        for variable, (name, parser) in parsers.items():
            if variable in given:
                try:
                    values[name] = parser(given[variable])
                except ValueError as refused:
                    problems.append(f"{variable} {refused}")
        settings = cls(**values)
        if settings.secret_key:
            problems += settings.secret_key_problems()
        problems += [
            f"{PREFIX}{one.upper()} and {PREFIX}{other.upper()} go together: set both, or neither."
            for one, other in _TOGETHER
            if (getattr(settings, one) is None) is not (getattr(settings, other) is None)
        ]
        if problems:
            raise SettingsError(problems)
        return settings

    @property
    def is_production(self) -> bool:
        """Any database but the embedded SQLite makes this a real deployment."""
        return self.sqlite_path is None

    @property
    def sqlite_path(self) -> Path | None:
        """The file of the embedded database, absolute or below the working directory; None with PostgreSQL."""
        return Path(self.database_url.removeprefix(SQLITE)) if self.database_url.startswith(SQLITE) else None

    @property
    def ocpp_url(self) -> str:
        """The address that chargers are told, without a slash at its end; the charger's identity follows it."""
        host = f"[{self.ocpp_host}]" if ":" in self.ocpp_host else self.ocpp_host
        scheme = "ws" if self.ocpp_tls_cert is None else "wss"
        return self.ocpp_public_url or f"{scheme}://{host}:{self.ocpp_port}/ocpp"

    @property
    def allows_private_urls(self) -> bool:
        """Whether URLs that others give us may be at private addresses."""
        return self.outbound_private is OutboundPrivate.ALLOW

    def secret_key_problems(self) -> list[str]:
        """Why tokens cannot be signed with `secret_key` as it is; SQLite does without, it has a key file beside it."""
        if not self.secret_key:
            return [f"{PREFIX}SECRET_KEY must be set when the database is not SQLite."] if self.is_production else []
        if len(self.secret_key) < SECRET_KEY_CHARACTERS:
            return [f"{PREFIX}SECRET_KEY must have at least {SECRET_KEY_CHARACTERS} characters."]
        return []

    def check_roles(self, names: Collection[str]) -> frozenset[Role]:
        """The roles called `names`, if a process with these settings can take them on; else SettingsError in words.

        Outside SQLite a start needs a secret key, which keeping the database does not. One process with every role
        needs nothing besides its database. Fewer roles mean that other processes have the rest, and those meet in one
        PostgreSQL and one Redis.
        """
        known = ", ".join(Role)
        unknown = sorted(set(names) - set(Role))
        problems = [f"There is no role {name!r}; the roles are {known}." for name in unknown]
        problems += self.secret_key_problems()
        if not names:
            problems.append(f"A process needs at least one role; the roles are {known}.")
        elif not unknown and set(names) != set(Role):
            alone = f"A process that is only {' and '.join(sorted(set(names)))} leaves the rest to others"
            if not self.is_production:
                problems.append(f"{alone}: {PREFIX}DATABASE_URL must be a PostgreSQL database that all of them share.")
            if self.redis_url is None:
                problems.append(f"{alone}: {PREFIX}REDIS_URL must be set, over which they ring each other.")
        if problems:
            raise SettingsError(problems)
        return frozenset(map(Role, names))


def _parsers(cls: type[Settings]) -> dict[str, Callable[[str], Any]]:
    """The parser in each attribute's annotation, also where the attribute may be None."""
    found = {}
    for name, hint in get_type_hints(cls, include_extras=True).items():
        annotated = hint if hasattr(hint, "__metadata__") else get_args(hint)[0]
        found[name] = annotated.__metadata__[0]
    return found


def _unknown(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name.removeprefix(PREFIX), [one.removeprefix(PREFIX) for one in known], n=1)
    return f"{name} is not a setting of Homecharge" + (f"; did you mean {PREFIX}{close[0]}?" if close else ".")
