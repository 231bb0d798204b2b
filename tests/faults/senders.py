"""People who press the button again until they get an answer, many at a time."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException

from tests.cast import Cast
from tests.faults.ledger import Ledger
from tests.servers import Answer, Server
from vodokanal.operations.submission_keys import new_key

PATH = "/personal/12-34/readings/"
SENDERS = 4
BREATH = 0.05
BUSY = 503


class Crowd:
    """Senders of readings for Anna's meters; no two forms bring the same values."""

    def __init__(self, servers: Sequence[Server], cast: Cast, *, ledger: Ledger) -> None:
        self._servers = servers
        self._meters = (f"meter-{cast.cold.id}", f"meter-{cast.hot.id}")
        self._ledger = ledger
        self._stopped = threading.Event()
        self._steps = itertools.count(1)
        self._lock = threading.Lock()

    @contextmanager
    def sending(self, senders: int = SENDERS) -> Iterator[None]:
        """Sends as long as the block runs; afterwards every form begun has been answered."""
        with ThreadPoolExecutor(senders) as pool:
            futures = [pool.submit(self._send_on, each) for each in range(senders)]
            try:
                yield
            finally:
                self._stopped.set()
            for each in futures:
                each.result()

    def _send_on(self, number: int) -> None:
        while not self._stopped.is_set():
            self._send_until_answered(self._form(), number)

    def _form(self) -> dict[str, str]:
        with self._lock:
            step = next(self._steps)
        whole, litres = divmod(step, 1000)
        cold, hot = (f"{start + whole},{litres:03d}" for start in (161, 105))
        return dict(zip(self._meters, (cold, hot), strict=True)) | {"key": new_key()}

    def _send_until_answered(self, form: dict[str, str], number: int) -> None:
        for time_to_ask in itertools.count(number):
            server = self._servers[time_to_ask % len(self._servers)]
            try:
                answer = server.post(PATH, form)
            except (OSError, HTTPException):
                self._ledger.repeated += 1
            else:
                if self._is_settled(answer, form):
                    return
            time.sleep(BREATH)

    def _is_settled(self, answer: Answer, form: dict[str, str]) -> bool:
        if answer.status == 303 and answer.location.startswith(PATH):
            self._ledger.hear(form["key"], number_in(answer))
            return True
        self._ledger.refused[answer.status] += 1
        if answer.status == BUSY and form["key"] in answer.body:
            # Honest: not taken, or not known, and the form is there to be sent again.
            return False
        self._ledger.strange.append(f"{answer.status} {answer.location} {answer.body[:300]}")
        return True


def number_in(answer: Answer) -> str:
    """The number of the proof that an answer leads to."""
    return answer.location.rstrip("/").rpartition("/")[2]
