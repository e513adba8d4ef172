from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
LINES = {
    module.relative_to(ROOT).as_posix(): len(module.read_text(encoding="utf-8").splitlines())
    for module in (ROOT / "homecharge").rglob("*.py")
    if "migrations/versions" not in module.as_posix()
}


def test_every_module_can_be_read_standing_up() -> None:
    assert {module: lines for module, lines in LINES.items() if lines > 300} == {}


def test_half_of_all_modules_are_shorter_than_ninety_lines() -> None:
    assert median(lines for module, lines in LINES.items() if not module.endswith("__init__.py")) < 90


def test_a_module_is_named_for_what_it_is_about() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}

    assert [module for module in LINES if set(module.removesuffix(".py").replace("_", "/").split("/")) & vague] == []
