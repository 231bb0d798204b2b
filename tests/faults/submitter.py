"""Submits readings in children that are killed at random moments: `submitter.py URL CYCLES`.

Prints the numbers that were acknowledged, a line each, as soon as they are.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import timedelta

from tests.clock import moment
from vodokanal.billing.readings import Source
from vodokanal.models.database import connect_to, open_connection
from vodokanal.models.meters import Meter
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.judging import Delivery
from vodokanal.operations.readings import submit_readings
from vodokanal.operations.submission_keys import new_key

START = moment("2026-11-12T10:42")
LONGEST_LIFE = 0.03


def submit_for_ever(pipe: int) -> None:
    """One submission after the other, each with values that nobody has sent before."""
    open_connection()
    meters = [meter.id for meter in Meter.select().where(Meter.account == 1).order_by(Meter.id)]
    step = 0
    while True:
        step += 1
        litres = f"{os.getpid() % 100000:05d},{step % 1000:03d}"
        delivery = Delivery(dict.fromkeys(meters, litres), Source.VISIT)
        at = START + timedelta(seconds=step)
        number = submit_readings(SYSTEM, 1, delivery=delivery, key=new_key(), at=at)
        os.write(pipe, f"{number}\n".encode())


def one_life(url: str) -> bytes:
    """Lets a child submit until it is killed; what it had acknowledged by then."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        connect_to(url)
        try:
            submit_for_ever(writing)
        finally:
            os._exit(1)
    os.close(writing)
    said = os.read(reading, 65536)
    time.sleep(random.random() * LONGEST_LIFE)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reading, 65536):
        said += more
    os.close(reading)
    return said


def main() -> None:
    """Runs the cycles."""
    url, cycles = sys.argv[1], int(sys.argv[2])
    for _ in range(cycles):
        sys.stdout.write(one_life(url).decode())
        sys.stdout.flush()


if __name__ == "__main__":
    main()
