"""What a figure was measured on."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

import psycopg

from benchmarks.rig.databases import POSTGRESQL

LIBRARIES = ("websockets", "ocpp", "uvloop", "sqlalchemy", "psycopg", "apscheduler", "flask", "uvicorn")


def describe() -> str:
    """Cores, memory and versions in a sentence each."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}", _postgresql()]
    versions += [f"{name} {version(name)}" for name in LIBRARIES]
    machine = f"{os.cpu_count()} cores ({_processor()}), {memory_gb:.0f} GB of memory, {platform.system()}."
    return f"{machine} {', '.join(versions)}."


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _postgresql() -> str:
    try:
        with psycopg.connect(POSTGRESQL, dbname="postgres", connect_timeout=5) as db:
            number = db.info.server_version
    except psycopg.OperationalError:
        return "no PostgreSQL"
    return f"PostgreSQL {number // 10_000}.{number % 10_000}"
