"""The audit of dependencies claims no more than was looked up."""

import importlib.util
import json
import sys
from importlib.metadata import distributions
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[1] / "tools/audit.py"
CLEAN = {"name": "flask", "version": "3.1.3", "vulns": []}
BROKEN = {"name": "jinja2", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": []}]}
UNKNOWN = {"name": "ocpp", "skip_reason": "Dependency not found on PyPI and could not be audited: ocpp (2.1.0)"}


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit"] = module  # where dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("packages", "words"),
    [
        ([CLEAN], "1 packages looked up, 0 known vulnerabilities."),
        ([CLEAN, BROKEN], "VULNERABLE: jinja2 2.0: PYSEC-1, fixed in 2.1"),
        ([CLEAN, UNKNOWN], "NOT AUDITED: ocpp"),
        ([UNKNOWN, UNKNOWN], "NOT AUDITED: no package was looked up for known vulnerabilities."),
    ],
)
def test_what_was_looked_up_is_told(audit: ModuleType, packages: list[dict[str, object]], words: str):
    found = audit.read_audit(json.dumps({"dependencies": packages, "fixes": []}))

    assert words in audit.describe(found)
    assert bool(found.vulnerable) is (BROKEN in packages)


@pytest.mark.parametrize("report", ["", "not JSON", "[]", "{}"])
def test_a_service_that_is_away_is_no_clean_bill(audit: ModuleType, report: str):
    said = audit.describe(audit.read_audit(report, "Traceback …\nConnectionError: no such host\n"))

    assert said.startswith("NOT AUDITED: no package was looked up")
    assert said.endswith("ConnectionError: no such host")


@pytest.mark.parametrize(
    ("pinned", "installed", "told"),
    [
        (["Flask==3.1.3", "# why", "", "ruamel.yaml==1"], ["flask==3.1.3", "ruamel-yaml==1"], []),
        (["Flask==3.1.3"], ["Flask==3.1.4"], ["flask: pinned 3.1.3, installed 3.1.4"]),
        ([], ["left_pad==1"], ["left-pad: pinned not at all, installed 1"]),
        (["left_pad==1"], [], ["left-pad: pinned 1, installed not at all"]),
    ],
)
def test_what_is_installed_and_not_pinned_so_is_told(
    audit: ModuleType, pinned: list[str], installed: list[str], told: list[str]
):
    assert audit.list_differences(pinned, installed) == told


def test_a_file_that_was_changed_or_is_gone_is_told(audit: ModuleType, tmp_path: Path):
    recorded = "sha256=LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ"  # of "hello"
    about = tmp_path / "glow-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: glow\nVersion: 1.0\n")
    names = ("as_it_was.py", "changed.py", "gone.py")
    (about / "RECORD").write_text("".join(f"{name},{recorded},5\n" for name in names) + "glow-1.0.dist-info/RECORD,,\n")
    (tmp_path / "as_it_was.py").write_text("hello")
    (tmp_path / "changed.py").write_text("hallo")

    told = audit.list_changed(distributions(path=[str(tmp_path)]))

    assert told == ["glow: changed.py is not what was installed", "glow: gone.py is not what was installed"]
