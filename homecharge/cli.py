"""The `homecharge` command: run roles, keep the database, make users, take over prices, write the contract."""

import argparse
import asyncio
import contextlib
import getpass
import io
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import uvloop
from marshmallow import ValidationError
from tqdm import tqdm

from homecharge import translating
from homecharge.bootstrap import Container
from homecharge.domain.accounts import Account
from homecharge.domain.accounts import Role as PersonRole
from homecharge.domain.auditing import Target
from homecharge.domain.errors import HomechargeError, Invalid
from homecharge.domain.rate_files import RateFormat, UnreadableRates
from homecharge.domain.token_files import TokenFormat, read_tokens
from homecharge.observability.logging import configure_logging
from homecharge.roles import CannotListen, run
from homecharge.services import processes, tariffs
from homecharge.services.accounts import EmailTaken, register
from homecharge.services.auditing import note
from homecharge.services.token_imports import import_tokens
from homecharge.settings import Role, Settings, SettingsError
from homecharge.simulator import command as simulate
from homecharge.simulator.demo.people import STAFF
from homecharge.simulator.demo.tour import Demo
from homecharge.storage import schema
from homecharge.storage.database import Database
from homecharge.storage.single_run import AlreadyRunning, only_run
from homecharge.web import documents
from homecharge.web.api.accounts.schemas import RegistrationBody

INTERRUPTED = 128 + signal.SIGINT
LARGEST_FILE = 64 * 2**20
"""Of tokens: some 700,000 lines of CSV. All of it is in memory, for nothing is taken of a file with a bad line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status: 0 done, 1 refused or failed, 2 bad arguments."""
    asked = _parser().parse_args(arguments)
    try:
        status: int = asked.act(asked)
    except (SettingsError, AlreadyRunning, CannotListen) as refused:
        print(refused, file=sys.stderr)
        return 1
    except HomechargeError as refused:
        print(f"{refused.detail} [{refused.code}]", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="homecharge", description="The backend of a home-charger app.")
    parser.add_argument("--version", action="version", version=version("homecharge"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    running = commands.add_parser("run", help="run roles until SIGTERM", description="Run roles until SIGTERM.")
    running.add_argument("--roles", default=",".join(Role), help="comma list of %(default)s (all is the default)")
    running.add_argument("--demo", action="store_true", help="with demo data, simulated chargers and short waits")
    running.set_defaults(act=_run)
    database = commands.add_parser("db", help="keep the database").add_subparsers(required=True, metavar="ACTION")
    database.add_parser("upgrade", help="bring the schema to this version").set_defaults(act=_upgrade)
    database.add_parser("check", help="prove the migrations: up, no difference to the models, down, up").set_defaults(
        act=_check
    )
    user = commands.add_parser("user", help="people").add_subparsers(required=True, metavar="ACTION")
    create = user.add_parser("create", help="make an account; asks for the password")
    create.add_argument("--email", required=True)
    create.add_argument("--name", help="how the person is called [the address before the @]")
    create.add_argument("--role", choices=[role.value for role in PersonRole], default=PersonRole.DRIVER.value)
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    create.set_defaults(act=_create_user)
    _add_imports(commands)
    translating.add_arguments(commands)
    contract = commands.add_parser("openapi", help="the contract").add_subparsers(required=True, metavar="ACTION")
    write = contract.add_parser("write", help="write what is made of the code")
    write.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale")
    write.set_defaults(act=_write_documents)
    charger = commands.add_parser("simulate", help="be a charge point, or thousands")
    simulate.add_arguments(charger)
    charger.set_defaults(act=simulate.run)
    return parser


def _add_imports(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    tariff = commands.add_parser("tariff", help="what energy costs").add_subparsers(required=True, metavar="ACTION")
    rates = tariff.add_parser("import", help="take over prices of a dynamic tariff; all of a file, or nothing")
    rates.add_argument("tariff_id", metavar="TARIFF")
    rates.add_argument("file", help="JSON or CSV; - is standard input")
    rates.add_argument("--format", choices=list(RateFormat), help="[by the file's name, or how it begins]")
    rates.set_defaults(act=_import_rates)
    tokens = commands.add_parser("tokens", help="providers' cards").add_subparsers(required=True, metavar="ACTION")
    importing = tokens.add_parser("import", help="take over tokens; all of a file, or nothing")
    importing.add_argument("file", help=f"CSV or OCPI JSON, at most {LARGEST_FILE // 2**20} MiB; - is standard input")
    importing.add_argument("--provider", metavar="CC-PPP", help="of tokens for which the file names none")
    importing.add_argument("--format", choices=list(TokenFormat), help="[by the file's name, or how it begins]")
    importing.set_defaults(act=_import_tokens)


def _settings(*, demo: bool = False) -> Settings:
    settings = Settings.from_env({**(Demo.SETTINGS if demo else {}), **os.environ})
    configure_logging(level=settings.log_level, form=settings.log_format, stream=sys.stderr)
    return settings


def _run(asked: argparse.Namespace) -> int:
    for received in (signal.SIGTERM, signal.SIGINT):
        signal.signal(received, _leave)
    settings = _settings(demo=asked.demo)
    roles = settings.check_roles([name.strip() for name in asked.roles.split(",") if name.strip()])
    demo = Demo(settings) if asked.demo else None
    container = Container(settings, roles)
    with contextlib.ExitStack() as held:
        if settings.sqlite_path is not None:
            held.enter_context(only_run(settings.sqlite_path))
        held.callback(container.database.close)
        _fit_schema(container)
        if settings.sqlite_path is not None:
            with container.database.write() as db:
                processes.take_over(db, now=container.clock.now())
        if demo is not None:
            _add_staff(container, demo)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(container, roles, beside=demo))
    return 0


def _leave(_number: int, _frame: object) -> None:
    """What a signal does until the loop handles them: nothing has begun that would have to be drained."""
    sys.exit(0)


def _fit_schema(container: Container) -> None:
    """SQLite is upgraded by whoever comes; a real deployment is told to do it."""
    if container.settings.is_production:
        schema.require_current(container.database.engine)
    else:
        schema.upgrade(container.database.engine)


def _upgrade(_: argparse.Namespace) -> int:
    with contextlib.closing(Database(_settings().database_url)) as database:
        schema.upgrade(database.engine)
    print(f"The schema is at revision {schema.head()}.")
    return 0


def _check(_: argparse.Namespace) -> int:
    """On a SQLite file of its own, thrown away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/check.db")
        schema.upgrade(database.engine)
        differences = schema.differences(database.engine)
        schema.downgrade(database.engine, "base")
        schema.upgrade(database.engine)
        database.close()
    for difference in differences:
        print(f"models and migrations differ: {difference}", file=sys.stderr)
    return 1 if differences else 0


def _create_user(asked: argparse.Namespace) -> int:
    settings = _settings()
    container = Container(settings)
    password = sys.stdin.readline().rstrip("\n") if asked.password_stdin else getpass.getpass()
    name = asked.name or asked.email.partition("@")[0]
    try:
        person = RegistrationBody().load({"email": asked.email, "password": password, "name": name})
    except ValidationError as refused:
        for field, messages in refused.messages_dict.items():
            print(f"{field}: {' '.join(messages)}", file=sys.stderr)
        return 1
    person["password_hash"] = container.passwords.choose(person.pop("password"), about=(asked.email, name))
    with contextlib.closing(container.database):
        _fit_schema(container)
        account = _add_account(container, **person, role=PersonRole(asked.role))
    print(f"{account.role} {account.email} has the id {account.id}.")
    return 0


def _add_account(container: Container, **person: Any) -> Account:
    """With its role in the audit log: so are made all who see, and change, other people's things."""
    now = container.clock.now()
    with container.database.write() as db:
        account = register(db, **person, now=now)
        made = Target("account", account.id)
        note(db, "account.made", actor_id=None, target=made, detail={"role": account.role.value}, now=now)
        return account


def _add_staff(container: Container, demo: Demo) -> None:
    """Support and operator cannot sign up; those of an earlier start are there already."""
    for person in STAFF:
        with contextlib.suppress(EmailTaken):
            secret = container.passwords.hash(demo.passwords[person])
            _add_account(container, email=person.email, password_hash=secret, name=person.name, role=person.role)


def _text_of(file: str, *, largest: int | None = None) -> str | None:
    """What stands in a file, of `largest` bytes at most; None after telling why it is not read."""
    try:
        if file == "-":
            return sys.stdin.read()
        if largest is not None and Path(file).stat().st_size > largest:
            print(f"{file} is larger than {largest // 2**20} MiB; divide it.", file=sys.stderr)
            return None
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as unread:
        print(f"{file} cannot be read: {unread}", file=sys.stderr)
        return None


def _form_of(asked: argparse.Namespace, text: str) -> str:
    """As it is told, else by the file's name, else by how it begins."""
    ending: str = asked.format or Path(asked.file).suffix.lower().removeprefix(".")
    if ending in {"csv", "json"}:
        return ending
    return "json" if text.lstrip("\ufeff \t\r\n").startswith(("[", "{")) else "csv"


def _import_rates(asked: argparse.Namespace) -> int:
    """Every line that is wrong is named, and then none of them counts."""
    container = Container(_settings())
    text = _text_of(asked.file)
    if text is None:
        return 1
    form = RateFormat(_form_of(asked, text))
    try:
        with container.database.write() as db:
            tariff = tariffs.get_any_tariff(db, asked.tariff_id)
            outcome = tariffs.import_rates(db, tariff, text, form, now=container.clock.now())
    except UnreadableRates as refused:
        for place, messages in refused.errors.items():
            print(f"{place}: {' '.join(messages)}", file=sys.stderr)
        raise
    finally:
        container.database.close()
    print(
        f"{outcome.added} rates are new, {outcome.replaced} gave way to them, {outcome.unchanged} were known, "
        f"{outcome.kept} came too late."
    )
    return 0


def _import_tokens(asked: argparse.Namespace) -> int:
    """Read before the database is locked; a bar shows on a terminal how far it is."""
    container = Container(_settings())
    text = _text_of(asked.file, largest=LARGEST_FILE)
    if text is None:
        return 1
    form = TokenFormat(_form_of(asked, text))
    found = list(tqdm(read_tokens(io.StringIO(text, newline=""), form), desc="read", unit=" tokens", disable=None))
    try:
        with (
            container.database.write() as db,
            tqdm(total=len(found), desc="written", unit=" tokens", disable=None) as bar,
        ):
            now = container.clock.now()
            outcome = import_tokens(db, found, party=asked.provider, caller=None, now=now, progress=bar.update)
    except Invalid as refused:
        for place, messages in refused.errors.items():
            print(f"{place}: {' '.join(messages)}", file=sys.stderr)
        if refused.data:
            print(f"Bad lines in all: {refused.data['bad_lines']}.", file=sys.stderr)
        raise
    finally:
        container.database.close()
    print(f"{outcome.added} tokens are new, {outcome.updated} were changed, {outcome.unchanged} were known.")
    return 0


def _write_documents(asked: argparse.Namespace) -> int:
    """From an application that is never run; the database it names is not opened."""
    settings = Settings.from_env({"HOMECHARGE_DATABASE_URL": "sqlite:///never.db", "HOMECHARGE_SECRET_KEY": "-" * 32})
    app, here = Container(settings).app, Path()
    if not asked.check:
        documents.write(app, here)
    stale = documents.stale(app, here)
    for path in stale:
        print(f"{path} is stale; run `homecharge openapi write`.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
