"""What every page knows: the utility, the reader, the demo's notice."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from flask import Flask, g
from flask_babel import gettext as _
from flask_babel import ngettext
from peewee import PeeweeException

from vodokanal.operations.configuration import Configuration, get_configuration
from vodokanal.operations.settings import HouseSettings, get_house_settings
from vodokanal.web import wording
from vodokanal.web.clock import now, real_now
from vodokanal.web.configuration import settings
from vodokanal.web.identity import found_identity, signed_in
from vodokanal.web.language import chosen_language
from vodokanal.web.looks import current_look

log = logging.getLogger(__name__)
SECONDS = 60


@dataclass(frozen=True)
class Utility:
    """The utility as pages show it."""

    name: str
    tagline: str
    address: str
    hours: str
    office_phone: str
    emergency_phone: str
    logo: str


class Page:
    """The page's surroundings; asks the database only for what the template prints."""

    @cached_property
    def utility(self) -> Utility:
        """The utility; its defaults when the database cannot be asked."""
        house = house_settings()
        return Utility(
            name=house.utility_name,
            tagline=house.utility_tagline,
            address=house.utility_address,
            hours=house.utility_hours,
            office_phone=house.office_phone,
            emergency_phone=house.emergency_phone,
            logo=house.logo,
        )

    @property
    def language(self) -> str:
        """The language the page is written in."""
        return chosen_language()

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return signed_in() is not None

    @property
    def is_staff(self) -> bool:
        """Whether an employee is signed in, who has a workplace and no cabinet."""
        person = signed_in()
        return person is not None and person.is_employee

    @property
    def signed_in_name(self) -> str:
        """The name of who is signed in, or an empty text."""
        person = signed_in()
        return person.name if person else ""

    @property
    def look_left(self) -> str:
        """How long an employee may still look at this page as its resident; else an empty text."""
        look = current_look()
        if look is None:
            return ""
        # Of the real clock: a demo's own may stand at any hour.
        minutes = ceil((look.ends_at - real_now()).total_seconds() / SECONDS)
        return ngettext("%(num)s minute left", "%(num)s minutes left", minutes)

    @property
    def demo(self) -> bool:
        """Whether this is the demo town."""
        return settings().demo

    @property
    def demo_notice(self) -> str:
        """What the demo says on every page, or an empty text."""
        if not settings().demo:
            return ""
        return _("Demo town. Its clock shows %(moment)s.", moment=wording.moment(now()))


def house_settings() -> HouseSettings:
    """The utility's settings, read once a request; the defaults if the database is gone."""
    if "house_settings" not in g:
        try:
            g.house_settings = _house_settings()
        except PeeweeException:
            log.warning("settings not readable", extra={"event": "settings_unreadable"})
            g.house_settings = HouseSettings()
    found: HouseSettings = g.house_settings
    return found


def _house_settings() -> HouseSettings:
    # Whoever is signed in brought the token along.
    return get_house_settings() if found_identity() is None else configuration().house


def configuration() -> Configuration:
    """The settings and the days of intake, as they were when this request's person was found."""
    if "configuration" not in g:
        person = signed_in()
        g.configuration = get_configuration("" if person is None else person.configuration)
    found: Configuration = g.configuration
    return found


def install_page_context(app: Flask) -> None:
    """Gives `page` to every template."""
    app.context_processor(lambda: {"page": current_page()})


def current_page() -> Page:
    """The page being made."""
    if "page" not in g:
        g.page = Page()
    found: Page = g.page
    return found
