"""What is said while a large town is being loaded."""

from __future__ import annotations

import pytest

from vodokanal.demo.progress import Watched
from vodokanal.models.accounts import Account
from vodokanal.operations.towns import Batch
from vodokanal.web import progress

BATCHES: list[Batch] = [{Account: [{}] * 3}, {}, {Account: [{}] * 2}]


def test_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0)
    assert list(Watched(BATCHES, 5)) == BATCHES
    assert capsys.readouterr().out.splitlines() == [
        "3 of 5 accounts",
        "3 of 5 accounts",
        "5 of 5 accounts",
    ]


def test_nothing_is_said_before_a_few_seconds_are_over(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(Watched(BATCHES, 5)) == BATCHES
    assert capsys.readouterr().out == ""


def test_a_bar_in_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert list(Watched(BATCHES, 5)) == BATCHES
    said = capsys.readouterr().out
    assert ("5/5" in said, "indexes" in said) == (True, True)
