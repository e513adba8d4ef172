"""What is mailed to people about their account, and for how long a link in it works."""

from datetime import timedelta
from enum import StrEnum

from homecharge.domain.texts import Language


class MailKind(StrEnum):
    """What a mail is about."""

    RESET_PASSWORD = "reset_password"  # noqa: S105 - a kind of mail
    VERIFY_EMAIL = "verify_email"
    CHANGE_EMAIL = "change_email"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a kind of mail
    EMAIL_CHANGED = "email_changed"


LIFETIMES = {
    MailKind.RESET_PASSWORD: timedelta(minutes=30),
    MailKind.VERIFY_EMAIL: timedelta(days=3),
    MailKind.CHANGE_EMAIL: timedelta(hours=24),
}
"""The kinds that carry a link."""
_PAGES = {
    MailKind.RESET_PASSWORD: "reset-password",
    MailKind.VERIFY_EMAIL: "verify-email",
    MailKind.CHANGE_EMAIL: "verify-email",
}


def compose(kind: MailKind, language: Language, *, name: str, app_url: str, token: str | None) -> tuple[str, str]:
    """Subject and text; a token goes behind the `#`, where no server on the way writes it down."""
    link = f"{app_url}/{_PAGES[kind]}#token={token}" if kind in _PAGES else ""
    return language.mails[kind, "subject"], language.mails[kind, "text"].format(name=name, link=link) + "\n"
