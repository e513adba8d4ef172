"""Programs of Node.js that tests drive: their packages, installed once as their lock file says."""

import fcntl
import subprocess
from pathlib import Path


def install(folder: Path) -> None:
    """Install the packages of `folder` unless they are there; the suite runs in several processes."""
    with (folder / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "node_modules").exists():
            command = ["npm", "ci", "--no-audit", "--no-fund"]
            installed = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
            assert installed.returncode == 0, f"{folder.name}'s packages cannot be installed: {installed.stderr}"
