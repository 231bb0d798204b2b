"""What the utility has decided is read once, and again as soon as somebody decides anew."""

from __future__ import annotations

import pytest

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.engines import Engine
from tests.factories import make_extension, make_setting, make_window
from tests.statements import statements
from vodokanal.models.configuration import Configuration as Row
from vodokanal.models.settings import Setting
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.configuration import get_configuration
from vodokanal.operations.settings import change_setting


def token() -> str:
    return str(Row.get().token)


def test_same_token_asks_nothing_more(database: Engine) -> None:
    first = get_configuration(token())
    with statements() as asked:
        assert get_configuration(first.token) is first
    assert asked == []


def test_changed_setting_is_seen_at_once(cast: Cast) -> None:
    before = get_configuration(token())
    at = moment("2026-11-12T10:42")
    change_setting(actor_of(cast.olga), "utility_name", value="Водоканал Заречья", at=at)
    assert before.token != token()
    assert get_configuration(token()).house.utility_name == "Водоканал Заречья"


@pytest.mark.parametrize("change", [make_window, make_extension, lambda: make_setting("inn", "7")])
def test_whoever_writes_there_changes_the_token(database: Engine, change: object) -> None:
    before = token()
    assert callable(change)
    change()
    assert token() != before


def test_changing_and_taking_away_change_it_too(database: Engine) -> None:
    tokens = [token()]
    ReadingWindow.update(to_day=25).execute()
    tokens.append(token())
    make_setting("inn", "7")
    Setting.delete().execute()
    tokens.append(token())
    assert len(set(tokens)) == len(tokens)


def test_without_a_token_nothing_is_kept(database: Engine) -> None:
    with statements() as asked:
        assert get_configuration() is not get_configuration()
    assert len(asked) == 4


def test_days_of_intake_are_part_of_it(database: Engine) -> None:
    found = get_configuration(token()).calendar.rules
    assert [(rule.from_day, rule.to_day) for rule in found] == [(10, 20)]
