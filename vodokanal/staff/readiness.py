"""What is to be set before going live, as the start page says it: words, addresses, done or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from vodokanal.operations.readiness import OPTIONAL, Step, get_readiness
from vodokanal.web.clock import today
from vodokanal.web.page import configuration

N_ = lazy_gettext

SETTINGS = "settings"


@dataclass(frozen=True)
class Place:
    """What a step is called, why it matters, and the table or group of settings to set it in."""

    words: str
    why: str
    view: str
    group: str = ""

    def address(self, view: Any) -> str:
        """Where the step is done."""
        if self.view == SETTINGS:
            return str(view.get_url(f"{SETTINGS}.change", group=self.group))
        return str(view.get_url(f"{self.view}.index_view"))

    def is_open(self, view: Any) -> bool:
        """Whether the employee of this request can do it."""
        return bool(view.may("change" if self.view == SETTINGS else "create_view"))


PLACES: Mapping[Step, Place] = {
    Step.UTILITY: Place(
        N_("Name, address and hours"), N_("They stand on every page."), SETTINGS, "utility"
    ),
    Step.TELEPHONES: Place(
        N_("Telephones of the office and for emergencies"),
        N_("Residents see them first."),
        SETTINGS,
        "utility",
    ),
    Step.REQUISITES: Place(
        N_("Requisites: INN and bank"),
        N_("Without them nobody can pay."),
        SETTINGS,
        "requisites",
    ),
    Step.WINDOW: Place(
        N_("Days of intake"),
        N_("From the 10th to the 20th unless you set others."),
        "windows",
    ),
    Step.PAYMENT_TERMS: Place(
        N_("Days of payment"), N_("As the law has them unless it changes."), "payment_terms"
    ),
    Step.KEY_RATE: Place(N_("Key rate"), N_("Penalties are counted by today's."), "key_rates"),
    Step.PRICES: Place(N_("Prices"), N_("One for every service that is charged today."), "tariffs"),
    Step.DISTRICTS: Place(
        N_("Districts"), N_("At least one: every house lies in a district."), "districts"
    ),
    Step.HOUSES: Place(N_("Houses"), N_("Street and number."), "houses"),
    Step.PREMISES: Place(N_("Premises"), N_("Flats and private houses."), "premises"),
    Step.NORMS: Place(N_("Norms"), N_("For every kind of amenities that premises have."), "norms"),
    Step.ACCOUNTS: Place(
        N_("Accounts"), N_("One number for the premises of each payer."), "accounts"
    ),
    Step.SERVICES: Place(
        N_("Services"), N_("What each account is supplied with."), "account_services"
    ),
    Step.HOLDERS: Place(N_("Payers"), N_("Who owes for each account."), "holders"),
    Step.METERS: Place(N_("Meters"), N_("Readings are sent for them."), "meters"),
    Step.RESIDENTS: Place(
        N_("Residents with a password"), N_("It is printed and handed over."), "residents"
    ),
    Step.ACCESSES: Place(
        N_("Access to accounts"), N_("Which resident opens which account."), "accesses"
    ),
    Step.COLLEAGUES: Place(N_("Other employees"), N_("If you do not work alone."), "employees"),
}


@dataclass(frozen=True)
class Line:
    """One line of the list on the start page."""

    words: str
    why: str
    address: str
    is_done: bool
    is_optional: bool


def lines_to_set(views: Sequence[Any]) -> list[Line]:
    """Every step that the employee can do; none when nothing is missing."""
    names = {view.endpoint: view for view in views}
    open_steps = {
        step: place
        for step, place in PLACES.items()
        if place.view in names and place.is_open(names[place.view])
    }
    if not open_steps:
        return []
    readiness = get_readiness(configuration().house, today=today())
    if readiness.is_complete or not set(open_steps) - readiness.done - OPTIONAL:
        return []
    return [
        Line(
            str(place.words),
            str(place.why),
            place.address(names[place.view]),
            step in readiness.done,
            step in OPTIONAL,
        )
        for step, place in open_steps.items()
    ]
