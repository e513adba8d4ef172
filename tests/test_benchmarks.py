"""Every benchmark runs to its table at the smallest scale; what it measures there says nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.rig.scale import Scale
from benchmarks.rig.tables import Table
from benchmarks.run import NAMES

ROOT = Path(__file__).parents[1]


@pytest.mark.benchmarks
@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs_and_fills_its_tables(name: str, postgresql_url: str) -> None:
    program = [sys.executable, "-m", f"benchmarks.{name}", Scale.SMOKE.value]
    environment = os.environ | {"BENCH_POSTGRESQL_URL": postgresql_url}
    finished = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    tables = [Table.from_json(each) for each in json.loads(finished.stdout)]

    assert tables
    assert all(table.rows for table in tables)
    assert {len(row) - len(table.columns) for table in tables for row in table.rows} == {0}
