"""A form that could not be taken is shown again with what was typed in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

MARK = "form_again"
KEPT = "typed"
# Set by the access table: a form is shown again only to who may see it.
LET_IN = "let_in"
# What a session keeps when a new one begins with a sign-in.
CARRIED = (KEPT,)
NOT_KEPT = frozenset({"csrf_token", "password"})
# A cookie holds 4 kB, and the rest of the session needs some of it.
MOST_KEPT = 1500

Show = Callable[..., ResponseReturnValue]
View = TypeVar("View", bound=Callable[..., Any])


def form_again(show: Show) -> Callable[[View], View]:
    """Names the function that shows a view's form when its sending could not be taken.

    It is called instead of the view, with the view's own arguments and `refusal`, the
    sentence to show; what was typed is in `typed()`.
    """

    def mark(view: View) -> View:
        setattr(view, MARK, show)
        return view

    return mark


def shown_again(refusal: str, status: int) -> Response | None:
    """The form of this request with what was typed, or None when the view does not show it."""
    show = _shower()
    if show is None or request.method != "POST" or not g.get(LET_IN):
        return None
    response = make_response(show(**(request.view_args or {}), refusal=refusal))
    response.status_code = status
    return response


def typed() -> MultiDict[str, str]:
    """What the person typed: in this request, or before they had to sign in again."""
    if request.method == "POST":
        return MultiDict(request.form)
    kept = session.get(KEPT)
    if not kept or kept[0] != request.path:
        return MultiDict()
    session.pop(KEPT)
    return MultiDict(json.loads(kept[1]))


def sent_once_more() -> list[tuple[str, str]]:
    """What was sent, for a page that can do no more than offer to send it again."""
    fields: ImmutableMultiDict[str, str] = request.form
    # A password is not written into a page; the token is the one that came, so that a form
    # which was never ours does not become one.
    if _shower() is None or "password" in fields:
        return []
    return list(fields.items(multi=True))


def keep_typed() -> None:
    """Keeps what was typed until its sender has signed in again."""
    if _shower() is None or request.method != "POST":
        return
    fields: ImmutableMultiDict[str, str] = request.form
    pairs = [(k, v) for k, v in fields.items(multi=True) if k not in NOT_KEPT and v]
    text = json.dumps(pairs, ensure_ascii=False)
    if len(text.encode()) <= MOST_KEPT:
        session[KEPT] = [request.path, text]


def _shower() -> Show | None:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, MARK, None)
