"""What may stand in an address or a field: text without control characters, numbers that fit."""

from __future__ import annotations

import re
import unicodedata

from flask import Flask, abort, request
from flask_babel import gettext as _

LONGEST_ARGUMENT = 2000
LONGEST_NAME = 200
MOST_ARGUMENTS = 200
LARGEST_ID = 2**31 - 1
# Numbers of Flask-Admin's own addresses, which it reads without asking whether they are.
NUMBERS = frozenset({"id", "page", "sort", "desc", "page_size", "limit", "offset"})
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
MOST_LOOKED_UP = 50
LOOKUP = "/ajax/lookup/"

CONTROLS = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
LINE_BREAKS = "\n\t"
# Cf turns the direction of the words after it, or has no width at all.
UNREADABLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Co"})


class UnreadableTextError(ValueError):
    """The text holds characters that cannot be seen."""


def install_arguments(app: Flask) -> None:
    """Refuses addresses and field names that no page of ours would send."""
    app.jinja_env.filters["printable"] = printable
    app.before_request(_refuse_arguments)


def clean_line(text: str | None) -> str:
    """One line as it is kept: NFC, without blanks around; for WTForms `filters=[clean_line]`.

    Raises:
        UnreadableTextError: it holds control characters or halves of characters.
    """
    return _clean(text, allowed="")


def clean_lines(text: str | None) -> str:
    """Several lines as they are kept; line breaks and tabs stay."""
    return _clean((text or "").replace("\r\n", "\n"), allowed=LINE_BREAKS)


def printable(text: str | None) -> str:
    """What can be shown again of what was typed."""
    return "".join(each for each in text or "" if unicodedata.category(each) not in UNREADABLE)


def _clean(text: str | None, *, allowed: str) -> str:
    whole = _trimmed(unicodedata.normalize("NFC", text or ""))
    if any(unicodedata.category(each) in UNREADABLE and each not in allowed for each in whole):
        raise UnreadableTextError(_("Please type this again: it holds invisible characters."))
    return whole


def _trimmed(text: str) -> str:
    # A telephone copied from a contact list comes with marks of direction around it.
    first, last = 0, len(text)
    while first < last and _is_nothing(text[first]):
        first += 1
    while last > first and _is_nothing(text[last - 1]):
        last -= 1
    return text[first:last]


def _is_nothing(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Cf"


def _refuse_arguments() -> None:
    if has_controls(request.path) or not all(map(_fits, (request.view_args or {}).values())):
        abort(404)
    arguments = list(request.args.items(multi=True))
    if len(arguments) > MOST_ARGUMENTS or not all(_is_sane(*pair) for pair in arguments):
        abort(400)
    if request.path.endswith(LOOKUP) and not _is_sane_lookup():
        abort(400)
    if request.method == "POST" and not all(map(_is_sane_name, request.form)):
        abort(400)


def has_controls(text: str) -> bool:
    """Whether the text holds control characters or lone halves of surrogate pairs."""
    return CONTROLS.search(text) is not None


def _fits(value: object) -> bool:
    return not isinstance(value, int) or abs(value) <= LARGEST_ID


def _is_sane(name: str, value: str) -> bool:
    if len(value) > LONGEST_ARGUMENT or not _is_sane_name(name) or has_controls(value):
        return False
    return name not in NUMBERS or not value or bool(NUMBER.fullmatch(value))


def _is_sane_name(name: str) -> bool:
    return len(name) <= LONGEST_NAME and not has_controls(name)


def _is_sane_lookup() -> bool:
    return "query" in request.args and int(request.args.get("limit") or 0) <= MOST_LOOKED_UP
