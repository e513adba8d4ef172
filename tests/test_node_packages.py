"""The packages that a program of Node.js finds are those of its lock file."""

import json
from pathlib import Path

import pytest

from tests.node_packages import install


def lock(folder: Path, *packages: str) -> None:
    """Let the program in `folder` need packages that are folders beside it."""
    needs = {name: f"file:{name}" for name in packages}
    told = {"name": "program", "version": "1.0.0", "dependencies": needs}
    links = {f"node_modules/{name}": {"resolved": name, "link": True} for name in packages}
    own = {name: {"version": "1.0.0"} for name in packages}
    locked = {"name": "program", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": told} | own | links}
    (folder / "package.json").write_text(json.dumps(told))
    (folder / "package-lock.json").write_text(json.dumps(locked))
    for name in packages:
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "package.json").write_text(json.dumps({"name": name, "version": "1.0.0"}))


def installed(folder: Path) -> set[str]:
    return {found.name for found in (folder / "node_modules").iterdir() if not found.name.startswith(".")}


@pytest.mark.usefixtures("node")
def test_packages_are_installed_anew_when_the_lock_file_changes_and_only_then(tmp_path: Path):
    lock(tmp_path, "one")
    install(tmp_path)
    first = installed(tmp_path)
    (tmp_path / "node_modules/own").mkdir()  # an installation begins by emptying the folder
    install(tmp_path)
    again = installed(tmp_path)
    lock(tmp_path, "one", "two")
    install(tmp_path)

    assert (first, again, installed(tmp_path)) == ({"one"}, {"one", "own"}, {"one", "two"})
