"""While a whole town is gone through Python looks for cycles seldom; afterwards as before."""

from __future__ import annotations

import gc

import pytest

from vodokanal.operations.long_runs import SELDOM, few_collections


def test_cycles_are_looked_for_seldom_and_what_was_there_is_left_alone() -> None:
    with few_collections():
        assert gc.isenabled()
        assert gc.get_threshold()[0] == SELDOM
        assert gc.get_freeze_count() > 0


def test_everything_is_as_before_after_a_run_that_failed() -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), few_collections():
        raise ZeroDivisionError
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
