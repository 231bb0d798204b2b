"""Every fault in full: the tests of `tests/faults`, which do a little of each in `make test`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

from tests.bench.table import Row
from tests.source import ROOT

# The second: a worker dies at every one of its steps instead of at every seventh.
FULL = {"VODOKANAL_FAULTS": "full", "VODOKANAL_STRIDE": "1"}


def rows_of_faults() -> Iterator[Row]:
    """One line a fault and engine: how long it took, whether all held, what was told."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "faults.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/faults"]
        command += ["-o", "junit_family=xunit1"]
        done = subprocess.run(
            [*command, f"--junitxml={report}"], cwd=ROOT, env={**os.environ, **FULL}, check=False
        )
        if not report.exists():
            yield Row("the faults could not be run", done.returncode, "", wrong=1)
            return
        for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest's own
            yield _row(case)


def _row(case: ET.Element) -> Row:
    name = (case.get("name") or "").removeprefix("test_").replace("_", " ")
    failed = case.find("failure") is not None or case.find("error") is not None
    skipped = case.find("skipped")
    notes = [each.get("value") or "" for each in case.iter("property")]
    if skipped is not None:
        notes.append(f"skipped: {skipped.get('message')}")
    return Row(
        name,
        float(case.get("time") or 0),
        "s",
        goal="holds",
        reached=None if skipped is not None else not failed,
        wrong=int(failed),
        notes=notes,
    )
