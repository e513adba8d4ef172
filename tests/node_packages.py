"""Programs of Node.js that tests drive: their packages, installed as their lock file says, once for what it says."""

import fcntl
import hashlib
import subprocess
from pathlib import Path


def install(folder: Path) -> None:
    """Install the packages of `folder` unless those of its lock file are there; the suite runs in several processes.

    `.install.lock` is held meanwhile, and says by its digest what was installed last.
    """
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    with (folder / ".install.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if lock.read() == wanted and (folder / "node_modules").exists():
            return
        command = ["npm", "ci", "--no-audit", "--no-fund"]
        installed = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
        assert installed.returncode == 0, f"{folder.name}'s packages cannot be installed: {installed.stderr}"
        lock.truncate(0)
        lock.write(wanted)
