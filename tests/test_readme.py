"""The README names every setting, and no command that does not exist."""

import dataclasses
import re
from pathlib import Path

from homecharge.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_every_setting_is_in_the_readme():
    settings = {PREFIX + field.name.upper() for field in dataclasses.fields(Settings)}

    named = set(re.findall(rf"{PREFIX}\w+", README))

    assert named == settings


def test_every_make_target_in_the_readme_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    named = set(re.findall(r"`make ([a-z]+)`", README))

    assert named == targets
