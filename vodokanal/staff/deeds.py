"""Deeds: buttons in a table's rows that ask before they do something to one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

CONFIRMED = "yes"


@dataclass(frozen=True)
class Deed:
    """One button: the page it posts to, its words, the question, and what is said afterwards."""

    page: str
    words: str
    question: str
    done: str
    fits: Callable[[Any], bool] = lambda _row: True


def carry_out(view: Any, deed: Deed, *, act: Callable[[Any], None]) -> ResponseReturnValue:
    """Does the deed to the row that the form names, once its question was answered.

    The script asks in the browser and sends the answer along; without it the question is a page.
    """
    row = view.get_one(request.form.get("id"))
    # What has been done meanwhile, by whomever, is neither asked about nor done again.
    back = view.return_url()
    if deed.fits(row) and request.form.get("confirmed") != CONFIRMED:
        page: str = view.render("staff/question.html", deed=deed, row=row, return_url=back)
        return page, 200
    if deed.fits(row):
        act(row)
        flash(str(deed.done), "success")
    return redirect(back)
