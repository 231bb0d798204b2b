"""Papers by the hundred: each file is made by a process of its own, whose memory goes with it.

Typst keeps what it has laid out, over a megabyte a receipt, for as long as its process lives.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from vodokanal.paperwork.printed import ReceiptBatch
from vodokanal.paperwork.rendering import PaperError, PaperWarning, as_json, laid_out

ROOT = Path(__file__).parent.parent.parent
# An enveloping machine takes up to 500; so many are laid out beside us in 300 MB for both.
RECEIPTS_A_FILE = 80
PARTIAL = ".partial"


class Press:
    """Prints one file at a time while the next one is being written; use it in a `with`.

    A file appears under its name when it is complete, and not before.
    """

    def __init__(self, done: Callable[[Path], None] = lambda _path: None) -> None:
        self._done = done
        self._running: tuple[subprocess.Popen[bytes], Path] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self._finish()
        elif self._running is not None:
            child, _ = self._running
            child.kill()
            child.communicate()

    def submit(self, batch: ReceiptBatch, target: Path) -> None:
        """Begins to print a file, after the one before it is ready.

        Raises:
            PaperError: the file before could not be printed.
        """
        # Written while the child before is busy: two processors share the work.
        data = as_json(batch).encode()
        self._finish()
        # A file without a name: a pipe would make us wait until the child has woken up.
        with tempfile.TemporaryFile() as sent:
            sent.write(data)
            sent.seek(0)
            command = [sys.executable, "-m", __name__, batch.template, f"{target}{PARTIAL}"]
            child = subprocess.Popen(  # noqa: S603
                command, cwd=ROOT, stdin=sent, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        self._running = child, target

    def _finish(self) -> None:
        if self._running is None:
            return
        child, target = self._running
        said, complaint = child.communicate()
        self._running = None
        if child.returncode:
            raise PaperError(complaint.decode(errors="replace").strip())
        for doubt in json.loads(said):
            warnings.warn(doubt, PaperWarning, stacklevel=3)
        Path(f"{target}{PARTIAL}").replace(target)
        self._done(target)


def print_file(template: str, data: str, *, target: Path) -> list[str]:
    """Writes one file, in the child; what Typst has warned of."""
    with warnings.catch_warnings(record=True) as doubts:
        warnings.simplefilter("always", PaperWarning)
        # Nobody has a file for the machine read aloud, and tags make it four times as large.
        (pdf,) = laid_out(template, data, form="pdf", pdf_tags=False)
    target.write_bytes(pdf)
    return [str(each.message) for each in doubts]


def main(arguments: list[str]) -> None:
    """The child: a template and a file's name are its arguments, the data comes by its input."""
    template, target = arguments
    try:
        doubts = print_file(template, sys.stdin.buffer.read().decode(), target=Path(target))
    except PaperError as error:
        sys.exit(str(error))
    sys.stdout.write(json.dumps(doubts))


if __name__ == "__main__":
    main(sys.argv[1:])
