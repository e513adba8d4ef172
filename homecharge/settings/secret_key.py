"""The key that signs tokens; the embedded default makes its own, in a file beside its database."""

import secrets
import tempfile
from pathlib import Path

from homecharge.settings import PREFIX, SECRET_KEY_CHARACTERS, Settings, SettingsError


def resolve_secret_key(settings: Settings) -> str:
    """The given key, else the one in the file beside the SQLite database, which the first start makes (mode 0600).

    Raises SettingsError when a production start has no key, or the file cannot be made or read.
    """
    if problems := settings.secret_key_problems():
        raise SettingsError(problems)
    database = settings.sqlite_path
    if settings.secret_key or database is None:
        return settings.secret_key
    path = database.with_name(database.name + ".secret")
    try:
        _make_once(path, secrets.token_hex(SECRET_KEY_CHARACTERS))
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as failed:
        problem = f"The secret key in {path} is out of reach ({failed}); set {PREFIX}SECRET_KEY."
        raise SettingsError([problem]) from failed
    if len(key) < SECRET_KEY_CHARACTERS:
        raise SettingsError([f"{path} holds no secret key; delete it for a new one, which signs everybody out."])
    return key


def _make_once(path: Path, content: str) -> None:
    """Make the file with mode 0600, whole or not at all; one that exists stays as it is, whoever made it."""
    if path.exists():
        return
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name, encoding="ascii") as draft:
        draft.write(content)
        draft.flush()
        try:
            path.hardlink_to(draft.name)
        except FileExistsError:
            return  # another process was first
