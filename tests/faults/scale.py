"""How much of each fault: a little in `make test`, all of it in `make bench`."""

from __future__ import annotations

import os

IS_FULL = os.environ.get("VODOKANAL_FAULTS") == "full"
# Lives of a forked child, deaths of a whole server, presses of one button and how many at once.
CYCLES, DEATHS, PRESSES, TOGETHER = (500, 20, 1000, 100) if IS_FULL else (25, 1, 100, 20)
