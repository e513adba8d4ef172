"""What an app asks before anybody has signed in: whether it is too old, who helps, and where the pages are."""

from dataclasses import dataclass
from typing import Self

from homecharge.domain.revisions import digest_of
from homecharge.domain.texts import Languages
from homecharge.settings import Settings
from homecharge.web.api.app_config import schemas
from homecharge.web.auth import PUBLIC
from homecharge.web.context import Ask
from homecharge.web.operations import Area

area = Area("app_config", "What an app asks before anybody has signed in.")


@dataclass(frozen=True, slots=True)
class Support:
    """Where people find help."""

    email: str | None
    phone: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Links:
    """Pages that an app opens."""

    app: str
    help: str | None
    terms: str | None
    privacy: str | None


@dataclass(frozen=True, slots=True)
class AppConfig:
    """What an app has to know of this installation."""

    oldest_app_version: str
    support: Support
    links: Links
    languages: tuple[str, ...]

    @classmethod
    def of(cls, settings: Settings, languages: Languages) -> Self:
        """As the environment says."""
        return cls(
            oldest_app_version=settings.app_oldest_version,
            support=Support(settings.support_email, settings.support_phone, settings.support_url),
            links=Links(settings.app_url, settings.help_url, settings.terms_url, settings.privacy_url),
            languages=languages.tags,
        )

    @property
    def revision(self) -> int:
        """Of all that it says."""
        return digest_of(self)


@area.get("/app-config", access=PUBLIC, answer=schemas.AppConfig, has_etag=True)
def get_app_config(ask: Ask) -> AppConfig:
    """Ask what an app has to know before its person signs in.

    The oldest version that still works, whom to ask for help, pages, and languages.
    """
    return AppConfig.of(ask.context.settings, ask.context.languages)
