"""How the tables write: through operations, with the words for what these refuse."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field

from vodokanal.models.base import Table
from vodokanal.operations.records import (
    DaysOverlapError,
    RowChangedError,
    RowRefusedError,
)
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff import seen
from vodokanal.staff.cells import printed

N_ = lazy_gettext

# A form that cannot be taken as it is, and one that met what somebody else has done.
UNPROCESSABLE, CONFLICT = 422, 409

ALREADY_SENT = N_("This form was already sent with something else in it. Look at the list first.")


def propose(field: Field, value: str) -> None:
    """Fills a hidden field of a form that is shown for the first time.

    One that comes back empty stays so: nobody knows what its sender had seen.
    """
    if request.method != "POST":
        field.data = field.data or value


def try_to_add(view: Any, form: FlaskForm) -> Table | None:
    """The new row, or None with a refusal to be shown above the form."""
    try:
        row: Table = view.keep_new(view.values_from(form) | view.added(), key=form.key.data)
    except (KeyReusedError, MissingKeyError):
        # Pressed once more, it is a form of its own.
        form.key.data = new_key()
        refuse(str(ALREADY_SENT), CONFLICT)
    except RowRefusedError as error:
        view.note_refusal(error, form)
    else:
        return row
    return None


def try_to_change(view: Any, form: FlaskForm, *, row: Table) -> Table | None:
    """The changed row, or None with a refusal to be shown above the form."""
    values, carried = view.values_from(form), form.seen.data
    try:
        changed: Table = view.keep_changed(
            row,
            values=seen.edited(values, carried),
            seen=seen.seen_of(view.values_in(row), carried),
        )
    except RowChangedError as error:
        refuse(changed_words(view, form, fresh=error.row), CONFLICT)
        # Whoever saves once more has read what is there now.
        form.seen.data = seen.written(view.values_in(error.row))
    except RowRefusedError as error:
        view.note_refusal(error, form)
    else:
        return changed
    return None


def refuse(words: str, status: int = UNPROCESSABLE) -> None:
    """Notes why the form of this request was not taken."""
    g.refused = (words, status)


def refusal_words(error: RowRefusedError, *, taken: str) -> str:
    """What the database's refusal means; its own words name columns and values."""
    if isinstance(error, DaysOverlapError):
        first, last = error.other.starts_on, error.other.ends_on
        return _(
            "On some of these days another row holds: from %(first)s to %(last)s. "
            "End it on the day before this one begins.",
            first=printed(first),
            last=printed(last) or "…",
        )
    # Both engines use the word; which row it is about, the view's own sentence says.
    if "unique" in str(error).lower():
        return str(taken) or _("Such a row is there already.")
    return _("Not saved: these values contradict each other or go beyond what is allowed.")


def changed_words(view: Any, form: FlaskForm, *, fresh: Table) -> str:
    """What somebody else has saved while the form was open."""
    theirs = seen.edited(view.values_in(fresh), form.seen.data)
    facts = "; ".join(
        f"{view.column_labels[name]}: {printed(getattr(fresh, name)) or '—'}" for name in theirs
    )
    return _(
        "Somebody else has saved this row meanwhile. Now it says: %(facts)s. "
        "What you typed is still here: save once more to replace it.",
        facts=facts,
    )
