"""Which rows a list shows: searched, narrowed, in a certain order, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import abort
from peewee import Expression, ForeignKeyField, ModelSelect, TextField

from vodokanal.formats.search_text import search_words
from vodokanal.models.base import Table
from vodokanal.models.fields import ChoiceField
from vodokanal.staff.labels import LABELS
from vodokanal.staff.lookups import ID

# What fits into an address together with everything else that a list's address carries.
LONGEST_SEARCH = 60

Arguments = Mapping[str, str]
Fits = Callable[[str], Expression]


@dataclass(frozen=True)
class Narrowing:
    """A column by whose value a list can be narrowed, and the values to choose from."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str


def owner_of(arguments: Arguments, owners: Sequence[str]) -> dict[str, int]:
    """The rows that the list is about: `?account=17`; refuses what is no id."""
    found = {}
    for name in owners:
        text = arguments.get(name)
        if text:
            # A list about a row that cannot exist is no list about everything.
            if not ID.fullmatch(text):
                abort(404)
            found[name] = int(text)
    return found


def choices_in(
    arguments: Arguments, names: Sequence[str], *, table: type[Table]
) -> dict[str, StrEnum]:
    """The values that the list is narrowed to: `?state=asked`; refuses what is no choice."""
    found = {}
    for name in names:
        text = arguments.get(name)
        if text:
            column: ChoiceField = table._meta.fields[name]
            try:
                found[name] = column.choice(text)
            except ValueError:
                abort(400)
    return found


def narrowings_of(
    names: Sequence[str], *, table: type[Table], labels: Mapping[str, str], chosen: Arguments
) -> list[Narrowing]:
    """What the list can be narrowed by, as the page offers it."""
    return [
        Narrowing(
            name,
            str(labels[name]),
            [(member.value, str(words)) for member, words in _members(table, name)],
            str(chosen.get(name, "")),
        )
        for name in names
    ]


def limited(query: ModelSelect, values: Mapping[str, Any], *, table: type[Table]) -> ModelSelect:
    """The rows with these values only."""
    for name, value in values.items():
        query = query.where(getattr(table, name) == value)
    return query


def searched(query: ModelSelect, text: str | None, *, fits: Fits | None) -> ModelSelect:
    """The rows that every word of the search fits."""
    if fits is not None:
        for word in search_words((text or "")[:LONGEST_SEARCH]):
            query = query.where(fits(word))
    return query


def sortable(table: type[Table], names: Sequence[str]) -> list[str]:
    """The columns of the list that rows can be ordered by."""
    known = {name: table._meta.fields[name] for name in names if name in table._meta.fields}
    return [
        name
        for name, column in known.items()
        if not isinstance(column, ForeignKeyField | TextField)
    ]


def _members(table: type[Table], name: str) -> Sequence[tuple[StrEnum, str]]:
    column: ChoiceField = table._meta.fields[name]
    return list(LABELS[column.choice].items())
