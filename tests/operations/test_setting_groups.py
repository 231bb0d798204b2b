"""Settings changed together: all or none, and never over somebody else's."""

from __future__ import annotations

import pytest

from tests.clock import moment
from tests.engines import Engine
from vodokanal.models.journal import JournalEntry
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.settings import (
    SettingsChangedError,
    UnknownSettingError,
    WrongSettingError,
    change_setting,
    change_settings,
    get_house_settings,
)

NOW = moment("2026-11-12T10:42")


def change(seen: dict[str, str] | None = None, **values: str) -> None:
    change_settings(SYSTEM, values, seen=seen or {}, at=NOW)


def test_only_what_differs_is_written(database: Engine) -> None:
    change({"inn": "", "kpp": ""}, inn="7707083893", kpp="")
    assert get_house_settings().inn == "7707083893"
    assert JournalEntry.select().count() == 1


def test_all_are_written_or_none(database: Engine) -> None:
    seen = {"inn": "", "outside_window": "refuse"}
    with pytest.raises(WrongSettingError):
        change(seen, inn="7707083893", outside_window="sometimes")
    assert get_house_settings().inn == ""


def test_unknown_setting_is_refused(database: Engine) -> None:
    with pytest.raises((UnknownSettingError, SettingsChangedError)):
        change({"nonsense": ""}, nonsense="1")


def test_what_somebody_else_has_set_meanwhile_is_kept(database: Engine) -> None:
    change_setting(SYSTEM, "inn", value="500100732259", at=NOW)
    with pytest.raises(SettingsChangedError):
        change({"inn": ""}, inn="7707083893")
    change({"inn": ""}, inn="500100732259")
    assert get_house_settings().inn == "500100732259"
