"""What is to be mended in a workbook, what looks odd and what it comes to, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.formats import book, book_rules
from vodokanal.formats.book import Place, Problem
from vodokanal.web.workbook_words import CELLS, beside, cell_words

N_ = lazy_gettext

PROBLEMS: Mapping[str, Any] = {
    book.NO_COLUMN: N_("the sheet lacks this column: add it, as in the template."),
    book.COLUMN_TWICE: N_("the column stands here twice: leave one of them."),
    book.EMPTY: N_("The book has no rows: fill in the template."),
    book_rules.REPEATED: N_("the same as in row %(row)s: leave one of the two."),
    book_rules.UNKNOWN_HOUSE: N_("no such house: add it to the sheet of houses, written alike."),
    book_rules.UNKNOWN_ACCOUNT: N_(
        "no account %(number)s: correct the number, or add it to the sheet of accounts."
    ),
    book_rules.ZEROS_MISSING: N_(
        "no account %(number)s, but there is %(other)s: were its zeros lost?"
    ),
    book_rules.BEFORE: N_("this day is before %(first)s: correct one of the two."),
    book_rules.CONTRADICTION: N_(
        "the portal has “%(kept)s”, the book “%(said)s”: correct one of the two."
    ),
    book_rules.OWNER: N_("name an account, or a house for a common meter: one of them."),
    book_rules.PAIR: N_("a reading and its day belong together: fill in both."),
    book_rules.NOT_REMOVED: N_("say on which day the meter was removed."),
    book_rules.BEYOND: N_("a display of %(digits)s digits cannot show this: correct one of them."),
    book_rules.FEW_DIGITS: N_("a display has at least %(least)s digits before the comma."),
    book_rules.FUTURE: N_("this day has not come yet: today is %(today)s."),
    book_rules.TOO_EARLY: N_("this is before %(first)s: correct it."),
    book_rules.TOO_MUCH: N_("more than %(most)s rubles: most likely a slip."),
    book_rules.NO_MONTH: N_("say for which month it is owed."),
    book_rules.MONTH_TOO_LATE: N_("the last month that can be owed for is %(last)s: correct it."),
    book_rules.HAS_RECEIPTS: N_(
        "the account has receipts of the portal already: enter a correction instead."
    ),
}
ODDITIES: Mapping[str, Any] = {
    "many_people": N_("%(count)s residents"),
    "verified_long_ago": N_("its verification ended on %(day)s"),
    "no_reading": N_("a meter without a last reading"),
    "read_long_ago": N_("last read on %(day)s"),
    "below_initial": N_("the last reading is below the first"),
    "large_debt": N_("a debt of %(amount)s rubles"),
    "old_debt": N_("a debt of %(month)s"),
    "digits_in_name": N_("digits in the name “%(name)s”"),
    "no_services": N_("an account without services"),
    "same_flat": N_("the same flat as in row %(row)s"),
    "same_serial": N_("the same serial number as in row %(row)s"),
}
SUMS: Mapping[str, Any] = {
    "rows": N_("rows in all"),
    "new": N_("of them new"),
    "closed": N_("accounts closed"),
    "organisations": N_("organisations"),
    "registered": N_("registered now"),
    "cold": N_("cold water"),
    "hot": N_("hot water"),
    "sewage": N_("sewage"),
    "unread": N_("without a reading"),
    "readings": N_("sum of the readings, m³"),
    "debt": N_("debt, ₽"),
    "penalty": N_("penalty, ₽"),
    "advance": N_("paid ahead, ₽"),
}


def problem_words(problem: Problem) -> str:
    """What is to be mended in one cell, or in the sheet as a whole."""
    if problem.code in CELLS:
        return cell_words(problem.column, problem.code, values=problem.values)
    if problem.code == book_rules.OVERLAP:
        said = _overlap_words(problem.values)
    else:
        said = str(PROBLEMS[problem.code]) % problem.values
    return beside(problem.column, said)


def _overlap_words(values: Mapping[str, Any]) -> str:
    if values["row"]:
        return _(
            "on these days row %(row)s holds too, from %(first)s: end one before the other.",
            row=values["row"],
            first=values["first"],
        )
    return _(
        "on these days something else holds in the portal, from %(first)s: end it there first.",
        first=values["first"],
    )


def sentences_of(problems: Sequence[Problem]) -> Mapping[Place, Sequence[str]]:
    """What is to be mended, row by row."""
    found: dict[Place, list[str]] = defaultdict(list)
    for problem in problems:
        found[problem.place].append(problem_words(problem))
    return found


def oddity_words(code: str, values: Mapping[str, Any]) -> str:
    """What is odd about a row."""
    return str(ODDITIES[code]) % values
