import ssl
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields
from datetime import time
from pathlib import Path
from threading import Barrier

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from homecharge.settings import PREFIX, LogFormat, LogLevel, OutboundPrivate, Role, Settings, SettingsError
from homecharge.settings.ocpp_tls import load_ocpp_tls
from homecharge.settings.secret_key import resolve_secret_key

POSTGRESQL = {"HOMECHARGE_DATABASE_URL": "postgresql://homecharge@db/homecharge", "HOMECHARGE_SECRET_KEY": "k" * 32}
REDIS = {"HOMECHARGE_REDIS_URL": "redis://bus:6379/0"}
LISTS = ("backoff_s", "stop_again_s")
SECONDS = [PREFIX + f.name.upper() for f in fields(Settings) if f.name.endswith("_s") and f.name not in LISTS]


def problems_of(env: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(env)
    return refused.value.problems


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    settings = Settings.from_env({})

    assert settings == Settings(
        database_url="sqlite:///homecharge.db",
        http_host="127.0.0.1",
        http_port=8000,
        ocpp_host="127.0.0.1",
        ocpp_port=9000,
        tick_s=1,
        start_confirm_s=120,
        energy_confirm_s=180,
        command_timeout_s=30,
        offline_grace_s=60,
        boost_window_s=600,
        outage_grace_s=300,
        stable_line_s=30,
        backoff_s=(60, 300, 900),
        lost_available_s=120,
        lost_plugged_s=300,
        stop_again_s=(30, 120, 300),
        refused_grace_s=60,
        gateway_silent_s=15,
        rate_register="60/hour",
        rate_login="10/15minutes",
        rate_cards="60/hour",
        rate_join="10/15minutes",
        join_code_s=259_200,
        app_url="homecharge://app",
        app_oldest_version="0",
        outbound_private=OutboundPrivate.REFUSE,
        message_log_days=90,
        log_level=LogLevel.INFO,
        log_format=LogFormat.CONSOLE,
    )
    assert (settings.redis_url, settings.secret_key, settings.ocpp_url) == (None, "", "ws://127.0.0.1:9000/ocpp")


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        ("HTTP_PORT", "0", 0),
        ("TICK_S", "1.5", 1.5),
        ("BACKOFF_S", "1, 2.5,3", (1, 2.5, 3)),
        ("RATE_LOGIN", "5 per 2 minutes", "5 per 2 minutes"),
        ("OUTBOUND_PRIVATE", "allow", OutboundPrivate.ALLOW),
        ("LOG_LEVEL", "debug", LogLevel.DEBUG),
        ("LOG_FORMAT", "json", LogFormat.JSON),
        ("MESSAGE_LOG_DAYS", "7", 7),
        ("OCPP_PUBLIC_URL", "wss://charge.example/ocpp/", "wss://charge.example/ocpp"),
        ("APP_URL", "https://app.example.org/", "https://app.example.org"),
        ("APP_OLDEST_VERSION", "2.4.1", "2.4.1"),
        ("SUPPORT_EMAIL", "help@example.org", "help@example.org"),
        ("SUPPORT_PHONE", "+44 20 7946 0018", "+44 20 7946 0018"),
        ("HELP_URL", "https://example.org/help", "https://example.org/help"),
        ("REDIS_URL", "rediss://bus/1", "rediss://bus/1"),
        ("DATABASE_URL", "sqlite:////var/lib/home.db", "sqlite:////var/lib/home.db"),
        ("HTTP_HOST", "  ::1 ", "::1"),
        ("TICK_S", "", 1),
        ("WARN_AT", "19:05", time(19, 5)),
    ],
)
def test_a_variable_becomes_the_attribute_of_its_name(variable: str, text: str, value: object) -> None:
    settings = Settings.from_env({PREFIX + variable: text, "PATH": "/bin"})

    assert getattr(settings, variable.lower()) == value


@pytest.mark.parametrize("variable", SECONDS)
@pytest.mark.parametrize("text", ["0", "0.99", "-1", "nan", "inf", "1e9", "one"])
def test_seconds_that_are_no_number_from_1_to_a_year_are_refused(variable: str, text: str) -> None:
    assert problems_of({variable: text}) == (
        f"{variable} must be a number of seconds from 1 to 31622400, not {text!r}.",
    )


@pytest.mark.parametrize("variable", SECONDS)
def test_any_number_of_seconds_from_1_on_is_taken(variable: str) -> None:
    assert getattr(Settings.from_env({variable: "1"}), variable.removeprefix(PREFIX).lower()) == 1


@pytest.mark.parametrize(
    ("variable", "text", "word"),
    [
        ("HTTP_HOST", "http://localhost", "host name"),
        ("HTTP_PORT", "65536", "port"),
        ("OCPP_PORT", "-1", "port"),
        ("OCPP_PORT", "http", "port"),
        ("APP_URL", "app.example.org", "opens the app"),
        ("APP_OLDEST_VERSION", "v2", "version"),
        ("SUPPORT_EMAIL", "example.org", "e-mail"),
        ("SUPPORT_PHONE", "020 7946 0018", "country"),
        ("HELP_URL", "ftp://example.org", "web page"),
        ("APP_URL", "https://app.example.org?a=b", "opens the app"),
        ("BACKOFF_S", "60,,900", "between commas"),
        ("BACKOFF_S", "0.5", "between commas"),
        ("RATE_REGISTER", "60", "rate"),
        ("RATE_REGISTER", "0/hour", "rate"),
        ("RATE_REGISTER", "60/fortnight", "rate"),
        ("OUTBOUND_PRIVATE", "yes", "refuse, allow"),
        ("LOG_LEVEL", "LOUD", "DEBUG"),
        ("LOG_FORMAT", "xml", "console, json"),
        ("MESSAGE_LOG_DAYS", "0", "days"),
        ("MESSAGE_LOG_DAYS", "1.5", "days"),
        ("MESSAGE_LOG_DAYS", "9999999999", "to 36500"),
        ("DATABASE_URL", "sqlite://", "plain file"),
        ("DATABASE_URL", "sqlite:///:memory:", "plain file"),
        ("DATABASE_URL", "sqlite:///a.db?mode=ro", "plain file"),
        ("DATABASE_URL", "mysql://u:hidden@h/n", "postgresql://"),
        ("DATABASE_URL", "postgresql://h/", "postgresql://"),
        ("REDIS_URL", "http://:hidden@h", "redis://"),
        ("REDIS_URL", "redis://h:port", "redis://"),
        ("OCPP_PUBLIC_URL", "https://h/ocpp", "ws://"),
        ("OCPP_PUBLIC_URL", "ws://[::1", "ws://"),
        ("SECRET_KEY", "hidden", "32 characters"),
        ("WARN_AT", "8:30pm", "20:30"),
        ("WARN_AT", "24:00", "20:30"),
        ("SMTP_URL", "https://u:hidden@h", "smtp://"),
        ("MAIL_FROM", "Homecharge", "address"),
        ("PUSH_URL", "ftp://h/hidden", "https://"),
        ("PUSH_SECRET", "whsec_hidden", "24 random bytes"),
        ("PUSH_SECRET", "hidden", "24 random bytes"),
    ],
)
def test_nonsense_is_refused_by_name_without_telling_secrets(variable: str, text: str, word: str) -> None:
    (problem,) = problems_of({PREFIX + variable: text})

    assert problem.startswith(PREFIX + variable)
    assert word in problem
    assert "hidden" not in problem


def test_every_problem_is_told_at_once() -> None:
    problems = problems_of({"HOMECHARGE_TICK": "1", "HOMECHARGE_HTTP_PORT": "x", "HOMECHARGE_LOG_FORMAT": "xml"})

    assert [p.split()[0] for p in problems] == ["HOMECHARGE_TICK", "HOMECHARGE_HTTP_PORT", "HOMECHARGE_LOG_FORMAT"]


def test_an_unknown_name_is_answered_with_the_nearest_known_one() -> None:
    (near, far) = problems_of({"HOMECHARGE_DATABSE_URL": "x", "HOMECHARGE_ROOT": "x"})

    assert near == "HOMECHARGE_DATABSE_URL is not a setting of Homecharge; did you mean HOMECHARGE_DATABASE_URL?"
    assert far == "HOMECHARGE_ROOT is not a setting of Homecharge."


@given(st.sampled_from([*SECONDS, "HOMECHARGE_DATABASE_URL", "HOMECHARGE_BACKOFF_S"]), st.text(min_size=1))
def test_any_text_is_taken_or_refused_in_words(variable: str, text: str) -> None:
    taken = refused = None

    try:
        taken = Settings.from_env({variable: text})
    except SettingsError as error:
        refused = str(error)

    assert (taken is None) == (refused is not None)


def test_a_production_start_needs_a_secret_key_and_keeping_its_database_does_not() -> None:
    without = {k: v for k, v in POSTGRESQL.items() if k != "HOMECHARGE_SECRET_KEY"}

    with pytest.raises(SettingsError) as refused:
        Settings.from_env(without).check_roles(list(Role))

    assert refused.value.problems == ("HOMECHARGE_SECRET_KEY must be set when the database is not SQLite.",)
    assert Settings.from_env(POSTGRESQL).is_production
    assert not Settings.from_env({}).is_production


def test_settings_cannot_change_and_do_not_print_secrets() -> None:
    settings = Settings.from_env({**POSTGRESQL, **REDIS})

    with pytest.raises(FrozenInstanceError):
        settings.tick_s = 2  # type: ignore[misc]
    assert all(secret not in repr(settings) for secret in ("postgresql", "redis", "k" * 32))


def test_chargers_are_told_the_public_address_or_the_one_that_is_listened_on() -> None:
    assert Settings(ocpp_host="::1", ocpp_port=1).ocpp_url == "ws://[::1]:1/ocpp"
    assert Settings(ocpp_public_url="wss://charge.example/ocpp").ocpp_url == "wss://charge.example/ocpp"


def test_one_process_with_every_role_needs_nothing_else() -> None:
    roles = Settings.from_env({}).check_roles(["scheduler", "api", "gateway"])

    assert roles == {Role.API, Role.GATEWAY, Role.SCHEDULER}


def test_a_missing_role_needs_postgresql_and_redis() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({}).check_roles(["api", "gateway"])

    assert [problem.split(": ")[1].split()[0] for problem in refused.value.problems] == [
        "HOMECHARGE_DATABASE_URL",
        "HOMECHARGE_REDIS_URL",
    ]
    assert Settings.from_env({**POSTGRESQL, **REDIS}).check_roles(["api"]) == {Role.API}


@pytest.mark.parametrize("names", [[], ["api", "charger"]])
def test_roles_that_do_not_exist_are_refused_with_those_that_do(names: list[str]) -> None:
    with pytest.raises(SettingsError, match="the roles are api, gateway, scheduler"):
        Settings.from_env({**POSTGRESQL, **REDIS}).check_roles(names)


def test_a_given_secret_key_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/home.db", secret_key="k" * 32)

    assert resolve_secret_key(settings) == "k" * 32
    assert list(tmp_path.iterdir()) == []


def test_the_embedded_default_makes_its_secret_key_once_and_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/home.db")

    keys = {resolve_secret_key(settings), resolve_secret_key(settings)}

    (file,) = tmp_path.iterdir()
    assert file.name == "home.db.secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys == {file.read_text()}
    assert len(file.read_text()) >= 32


def test_starts_at_the_same_moment_agree_on_one_secret_key(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/home.db")
    together = Barrier(8)

    def start(_: int) -> str:
        together.wait()
        return resolve_secret_key(settings)

    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(start, range(8)))

    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["home.db.secret"]


def test_a_key_file_that_cannot_be_made_or_holds_no_key_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "home.db.secret").touch()

    with pytest.raises(SettingsError, match="holds no secret key"):
        resolve_secret_key(Settings(database_url=f"sqlite:///{tmp_path}/home.db"))
    with pytest.raises(SettingsError, match="set HOMECHARGE_SECRET_KEY"):
        resolve_secret_key(Settings(database_url=f"sqlite:///{tmp_path}/missing/home.db"))


def test_production_settings_made_by_hand_have_no_key_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="HOMECHARGE_SECRET_KEY must be set"):
        resolve_secret_key(Settings(database_url="postgresql://homecharge@db/homecharge"))


def certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    issued = trustme.CA().issue_cert(name)
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    for blob in issued.cert_chain_pems:
        blob.write_to_path(cert, append=True)
    issued.private_key_pem.write_to_path(key)
    return cert, key


def refusal_of(cert: Path, key: Path) -> str:
    with pytest.raises(SettingsError) as refused:
        load_ocpp_tls(Settings(ocpp_tls_cert=cert, ocpp_tls_key=key))
    return str(refused.value)


def test_a_certificate_makes_the_address_that_chargers_are_told_a_secure_one(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    env = {"HOMECHARGE_OCPP_TLS_CERT": str(cert), "HOMECHARGE_OCPP_TLS_KEY": str(key)}

    settings = Settings.from_env(env)
    tls = load_ocpp_tls(settings)

    assert settings.ocpp_url == "wss://127.0.0.1:9000/ocpp"
    assert tls is not None
    assert tls.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert load_ocpp_tls(Settings()) is None


@pytest.mark.parametrize(
    "pair",
    [
        {"SMTP_URL": "smtp://mail", "MAIL_FROM": "Homecharge <no-reply@example.org>"},
        {"PUSH_URL": "https://push.example/1", "PUSH_SECRET": "whsec_" + "c2VjcmV0" * 4},
    ],
)
def test_settings_that_need_one_another_are_set_both_or_neither(pair: dict[str, str]) -> None:
    both = {PREFIX + name: text for name, text in pair.items()}

    settings = Settings.from_env(both)

    assert [getattr(settings, name.lower()) for name in pair] == list(pair.values())
    for name, text in both.items():
        [problem] = problems_of({name: text})
        assert "go together: set both, or neither" in problem


@pytest.mark.parametrize("name", ["OCPP_TLS_CERT", "OCPP_TLS_KEY"])
def test_a_certificate_without_its_key_is_refused(name: str) -> None:
    [problem] = problems_of({PREFIX + name: "/etc/ssl/homecharge.pem"})

    assert "HOMECHARGE_OCPP_TLS_CERT and HOMECHARGE_OCPP_TLS_KEY go together" in problem


def test_files_that_make_no_tls_are_refused_in_words(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    _, other = certificate(tmp_path, "other")
    text = tmp_path / "notes.txt"
    text.write_text("no certificate")

    assert f"HOMECHARGE_OCPP_TLS_KEY cannot be read from {tmp_path / 'none'}" in refusal_of(cert, tmp_path / "none")
    assert "must be a certificate" in refusal_of(cert, other)
    assert "must be a certificate" in refusal_of(text, key)
