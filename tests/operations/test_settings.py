"""What the utility decides about itself: defaults, changes, what is not allowed."""

from __future__ import annotations

import pytest

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.engines import Engine
from tests.factories import make_setting
from tests.statements import statements
from vodokanal.models.journal import JournalEntry
from vodokanal.models.settings import Setting
from vodokanal.operations.settings import (
    HouseSettings,
    UnknownSettingError,
    WrongSettingError,
    change_setting,
    get_house_settings,
)

NOW = moment("2026-11-12T10:42")


def test_new_utility_has_the_defaults(database: Engine) -> None:
    assert get_house_settings() == HouseSettings()


def test_settings_cost_one_statement(database: Engine) -> None:
    with statements() as asked:
        get_house_settings()
    assert len(asked) == 1


def test_changed_setting_is_read_again_and_journalled(cast: Cast) -> None:
    change_setting(actor_of(cast.olga), "utility_name", value="Водоканал Заречья", at=NOW)
    entry = JournalEntry.get()
    assert get_house_settings() == HouseSettings(utility_name="Водоканал Заречья")
    assert (entry.actor_name, entry.action) == (cast.olga.name, "change_setting")
    assert entry.after == '{"utility_name": "Водоканал Заречья"}'


def test_setting_changed_twice_is_one_row(cast: Cast) -> None:
    for value in ("yes", "no"):
        change_setting(actor_of(cast.olga), "whole_cubic_metres", value=value, at=NOW)
    assert [(row.name, row.value) for row in Setting.select()] == [("whole_cubic_metres", "no")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("whole_cubic_metres", "perhaps"), ("outside_window", ""), ("account_check_digit", "mod11")],
)
def test_value_that_means_nothing_is_refused(cast: Cast, name: str, value: str) -> None:
    with pytest.raises(WrongSettingError):
        change_setting(actor_of(cast.olga), name, value=value, at=NOW)
    assert Setting.select().count() == 0


def test_unknown_setting_is_refused(cast: Cast) -> None:
    with pytest.raises(UnknownSettingError):
        change_setting(actor_of(cast.olga), "colour", value="blue", at=NOW)


def test_row_of_a_former_version_is_left_alone(database: Engine) -> None:
    make_setting("colour", "blue")
    assert get_house_settings() == HouseSettings()


@pytest.mark.parametrize(("value", "taken"), [("yes", True), ("no", False)])
def test_whole_cubic_metres_is_a_question(database: Engine, value: str, taken: bool) -> None:
    make_setting("whole_cubic_metres", value)
    assert get_house_settings().takes_whole_only is taken


@pytest.mark.parametrize(("value", "kept"), [("next_period", True), ("refuse", False)])
def test_keeping_for_the_next_period_is_a_question(
    database: Engine, value: str, kept: bool
) -> None:
    make_setting("outside_window", value)
    assert get_house_settings().keeps_for_next_period is kept
