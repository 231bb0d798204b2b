"""Days, months and moments in words, as seen from today."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, format_skeleton
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from vodokanal.billing.periods import Period
from vodokanal.web.clock import today
from vodokanal.web.configuration import settings
from vodokanal.web.language import chosen_language
from vodokanal.web.numbers import NO_BREAK

N_ = lazy_gettext
CHART_LETTERS = 3

# Languages that decline need a form of their own for each of these.
IN_MONTH = (
    N_("in January"),
    N_("in February"),
    N_("in March"),
    N_("in April"),
    N_("in May"),
    N_("in June"),
    N_("in July"),
    N_("in August"),
    N_("in September"),
    N_("in October"),
    N_("in November"),
    N_("in December"),
)
ABOUT_MONTH = (
    N_("And what about January?"),
    N_("And what about February?"),
    N_("And what about March?"),
    N_("And what about April?"),
    N_("And what about May?"),
    N_("And what about June?"),
    N_("And what about July?"),
    N_("And what about August?"),
    N_("And what about September?"),
    N_("And what about October?"),
    N_("And what about November?"),
    N_("And what about December?"),
)


def day(when: date) -> str:
    """A day in words: 20 ноября; with its year when that is not this one."""
    # A year nobody doubts is noise; in January the December before needs it.
    if when.year == today().year:
        return _day(when, chosen_language())
    return full_day(when)


def full_day(when: date) -> str:
    """A day of a paper, always with its year: 20 ноября 2026 года."""
    return _("%(day)s %(year)s", day=_day(when, chosen_language()), year=when.year)


def full_month(period: Period) -> str:
    """A month of a paper, always with its year: октябрь 2026 года."""
    words = _month(period, chosen_language())
    return _("%(month)s %(year)s", month=words, year=period.year)


def moment(at: datetime) -> str:
    """A moment in the utility's zone: 12 ноября в 10:44."""
    local = at.astimezone(settings().zone)
    return _("%(day)s at %(time)s", day=day(local.date()), time=f"{local:%H:%M}")


def weekday(when: date) -> str:
    """The day of the week: четверг."""
    return format_date(when, "EEEE", locale=chosen_language())


def month(period: Period) -> str:
    """A month inside a sentence: ноябрь; with its year when that is not this one."""
    words = _month(period, chosen_language())
    if period.year == today().year:
        return words
    return f"{words}{NO_BREAK}{period.year}"


def month_title(period: Period) -> str:
    """A month at the head of a row: Ноябрь."""
    words = month(period)
    return words[:1].upper() + words[1:]


def month_and_year(period: Period) -> str:
    """A month of any year, as one says until when something holds: май 2030."""
    return f"{_month(period, chosen_language())} {period.year}"


def month_letters(period: Period) -> str:
    """A month beneath a bar: ноя."""
    # The abbreviations of CLDR have up to five characters and a point.
    return _month(period, chosen_language())[:CHART_LETTERS]


def in_month(period: Period) -> str:
    """When it was: в октябре."""
    return str(IN_MONTH[period.month - 1])


def about_month(period: Period) -> str:
    """The question what becomes of a month: А что с ноябрём?"""
    return str(ABOUT_MONTH[period.month - 1])


def span(first: date, last: date) -> str:
    """From which to which day: С 10 по 20 декабря."""
    is_one_month = (first.year, first.month) == (last.year, last.month)
    beginning = str(first.day) if is_one_month else day(first)
    return _("From %(first)s to %(last)s", first=beginning, last=day(last))


def days_left(last_day: date) -> str:
    """How many days are left after today: Осталось 8 дней."""
    left = (last_day - today()).days
    if left <= 0:
        return _("Today is the last day")
    return ngettext("%(num)s day left", "%(num)s days left", left)


# Formatting by pattern costs twenty times a look-up, and pages repeat few days.
@lru_cache(maxsize=1024)
def _day(when: date, language: str) -> str:
    return format_skeleton("MMMMd", when, locale=language).replace(" ", NO_BREAK)


@lru_cache(maxsize=256)
def _month(period: Period, language: str) -> str:
    return format_date(period.first_day, "LLLL", locale=language)
