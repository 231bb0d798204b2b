"""Files are printed by processes of their own, are there when they are complete, and in order."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.paperwork.receipts import BATCH
from vodokanal.paperwork import press
from vodokanal.paperwork.press import Press, main, print_file
from vodokanal.paperwork.rendering import PaperError, PaperWarning, as_json

BROKEN = replace(BATCH, receipts=[None])  # type: ignore[list-item]


def test_files_are_printed_one_after_another(tmp_path: Path) -> None:
    targets = [tmp_path / f"{number}.pdf" for number in range(3)]
    done: list[Path] = []
    with Press(done.append) as printing:
        for target in targets:
            printing.submit(BATCH, target)
    assert done == targets
    assert sorted(tmp_path.iterdir()) == targets
    assert [len(PdfReader(BytesIO(each.read_bytes())).pages) for each in targets] == [2] * 3


def test_file_is_not_there_before_it_is_complete(tmp_path: Path) -> None:
    with Press() as printing:
        printing.submit(BATCH, tmp_path / "1.pdf")
        assert not (tmp_path / "1.pdf").exists()
    assert (tmp_path / "1.pdf").exists()


def test_file_that_fails_is_told_and_leaves_the_others(tmp_path: Path) -> None:
    with pytest.raises(PaperError, match="error"), Press() as printing:
        printing.submit(BATCH, tmp_path / "1.pdf")
        printing.submit(BROKEN, tmp_path / "2.pdf")
        printing.submit(BATCH, tmp_path / "3.pdf")
    assert [path.name for path in sorted(tmp_path.glob("*.pdf"))] == ["1.pdf"]


def test_press_that_is_stopped_stops_its_child(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Press() as printing:
        printing.submit(BATCH, tmp_path / "1.pdf")
        child = printing._running
        raise KeyboardInterrupt
    assert child is not None
    assert child[0].returncode == -9
    assert list(tmp_path.glob("*.pdf")) == []


def test_press_that_is_stopped_before_it_began_is_quiet() -> None:
    with pytest.raises(KeyboardInterrupt), Press():
        raise KeyboardInterrupt


def test_doubt_in_the_child_is_told_in_the_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [sys.executable, "-c", "import sys; print('[\"a doubt\"]'); open(sys.argv[1], 'w')"]
    real = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda command, **more: real([*said, command[-1]], **more)
    )
    with pytest.warns(PaperWarning, match="a doubt"), Press() as printing:
        printing.submit(BATCH, tmp_path / "1.pdf")


def test_child_prints_what_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "1.pdf"
    data = BytesIO(as_json(BATCH).encode())
    monkeypatch.setattr("sys.stdin", type("Input", (), {"buffer": data}))
    main([BATCH.template, str(target)])
    assert json.loads(capsys.readouterr().out) == []
    assert target.read_bytes().startswith(b"%PDF-")


def test_child_ends_with_what_went_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = BytesIO(as_json(BROKEN).encode())
    monkeypatch.setattr("sys.stdin", type("Input", (), {"buffer": data}))
    with pytest.raises(SystemExit, match="error"):
        main([BROKEN.template, str(tmp_path / "1.pdf")])


def test_child_keeps_its_doubts_to_tell_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubting(*_given: object, **_more: object) -> list[bytes]:
        warnings.warn("no such font", PaperWarning, stacklevel=1)
        return [b"%PDF-"]

    monkeypatch.setattr(press, "laid_out", doubting)
    found = print_file(BATCH.template, as_json(BATCH), target=tmp_path / "1.pdf")
    assert found == ["no such font"]
