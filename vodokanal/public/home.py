"""The start page: is the window open, until when, where to enter, whom to ring."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _

from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.operations.districts import all_districts
from vodokanal.operations.windows import Term, get_calendar, get_term
from vodokanal.public.blueprint import blueprint
from vodokanal.public.district import chosen_among
from vodokanal.public.signin import new_sign_in_form
from vodokanal.web.charts import DayScale, day_scale
from vodokanal.web.clock import today
from vodokanal.web.dates import day, days_left, span
from vodokanal.web.page import house_settings


@dataclass(frozen=True)
class WindowNews:
    """What is said of the window: the heading, the scale, the distance, the days."""

    heading: str
    days: DayScale
    distance: str
    sentence: str
    reason: str


@dataclass(frozen=True)
class Phones:
    """Whom to ring: the district's own numbers where it has some."""

    duty: str
    office: str


@blueprint.get("/")
def home() -> str:
    house, districts = house_settings(), all_districts()
    chosen = chosen_among([each.id for each in districts])
    own = next((each for each in districts if each.id == chosen), None)
    phones = Phones(
        duty=(own and own.duty_telephone) or house.emergency_phone,
        office=(own and own.telephone) or house.office_phone,
    )
    return render_template(
        "public/home.html",
        window=_news(_term(chosen)),
        districts=_choice([(each.id, each.name) for each in districts]),
        chosen=own,
        phones=phones,
        # The same words as in the footer, so that they can be compared at a glance.
        office=", ".join(filter(None, (house.utility_address, house.utility_hours))),
        form=new_sign_in_form(),
        refusal="",
    )


def _choice(districts: list[tuple[int, str]]) -> list[tuple[int | str, str]]:
    """What may be chosen; nothing where there is but one district."""
    return [("", _("any")), *districts] if len(districts) > 1 else []


def _term(district_id: int | None) -> Term | None:
    """Today's term; None where the rule depends on a district that is not known."""
    try:
        return get_term(today(), district_id=district_id, calendar=get_calendar(today()))
    except NoWindowRuleError:
        # Where only districts have rules, a visitor without one is no reason for a loud error.
        return None


def _news(term: Term | None) -> WindowNews | None:
    if term is None:
        return None
    window = term.window
    days = day_scale(window.first_day, window.last_day, today=term.today)
    first, last = day(window.first_day), day(window.last_day)
    if not term.is_open:
        return WindowNews(
            heading=_("Readings are taken again from %(day)s", day=first),
            days=days,
            distance="",
            sentence=span(window.first_day, window.last_day) + ".",
            reason=window.sentence or "",
        )
    return WindowNews(
        heading=_("We take readings until %(day)s", day=last),
        days=days,
        distance=days_left(window.last_day),
        sentence=_(
            "Today is %(today)s. The last day is %(last)s, until midnight.",
            today=day(term.today),
            last=last,
        ),
        reason=window.sentence or "",
    )
