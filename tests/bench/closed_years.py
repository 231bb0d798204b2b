"""Closes so many months of the town that the environment names: `python -m tests.bench.closed_years 24`."""

from __future__ import annotations

import sys

from vodokanal import create_app
from vodokanal.demo.closing import close_past_months
from vodokanal.models.database import open_connection
from vodokanal.settings import read_settings


def main(months: int) -> None:
    """Closes them, the oldest first."""
    settings = read_settings()
    assert settings.now is not None
    with create_app(settings).app_context():
        open_connection()
        close_past_months(settings.now, settings.zone, months=months, told=lambda _more: None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
