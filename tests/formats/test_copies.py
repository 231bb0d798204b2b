"""Copies as files: what they are called, which are kept, what a manifest that is none is told."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.formats.copies import (
    Manifest,
    NotACopyError,
    copy_moment,
    copy_name,
    kept_copies,
    read_manifest,
)

MADE = datetime(2026, 11, 22, 3, 12, 5)
MANIFEST = Manifest("2026-11-22T03:12:05+03:00", "sqlite", ("0001",), {"account": 3}, {"x": "ab"})


def nights(count: int) -> list[str]:
    return [copy_name(MADE - timedelta(days=each)) for each in range(count)]


def test_name_tells_the_moment_and_sorts_by_it() -> None:
    assert copy_name(MADE) == "portal-2026-11-22-031205.zip"
    assert copy_moment("portal-2026-11-22-031205.zip") == MADE
    assert sorted(nights(40)) == list(reversed(nights(40)))


@pytest.mark.parametrize(
    "name",
    ["portal.db", "portal-2026-11-22-031205.zip.sha256", "portal-2026-13-45-999999.zip", ""],
)
def test_other_files_are_no_copies(name: str) -> None:
    assert copy_moment(name) is None
    assert kept_copies([name]) == set()


def test_fourteen_days_and_twelve_months_are_kept() -> None:
    kept = kept_copies(nights(800))
    days = {copy_name(MADE - timedelta(days=each)) for each in range(14)}
    months = {copy_name(MADE.replace(year=2026, month=10, day=31))}
    assert days <= kept
    assert months <= kept
    assert len(kept) == 14 + 11
    assert min(kept) == "portal-2025-12-31-031205.zip"


def test_of_several_copies_of_a_day_the_last_is_kept_and_of_the_last_day_all() -> None:
    two = [copy_name(MADE), copy_name(MADE + timedelta(hours=5))]
    assert kept_copies(two) == {*two}
    assert kept_copies([*two, copy_name(MADE + timedelta(days=1))], monthly=0) == {
        two[1],
        copy_name(MADE + timedelta(days=1)),
    }


@given(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), max_size=60))
def test_newest_is_always_kept_and_keeping_twice_changes_nothing(moments: list[datetime]) -> None:
    names = {copy_name(each) for each in moments}
    kept = kept_copies(names)
    assert kept <= names
    assert not names or max(names) in kept
    assert kept_copies(kept) == kept


def test_manifest_is_read_as_it_was_written() -> None:
    assert read_manifest(MANIFEST.to_json()) == MANIFEST


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "{", MANIFEST.to_json().replace("rows", "row")),
        replace(MANIFEST, made_at="yesterday").to_json(),
        json.dumps({**asdict(MANIFEST), "made_at": 5}),
        json.dumps({**asdict(MANIFEST), "members": None}),
        json.dumps({**asdict(MANIFEST), "rows": 3}),
    ],
)
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(NotACopyError, match="cannot be read"):
        read_manifest(text)


def test_manifest_of_a_later_version_is_refused() -> None:
    with pytest.raises(NotACopyError, match="later version"):
        read_manifest(MANIFEST.to_json().replace('"format": 1', '"format": 2'))
