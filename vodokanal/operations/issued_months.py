"""Which months are still open: a reading that comes late belongs to the earliest of them."""

from __future__ import annotations

from datetime import date

from vodokanal.billing.periods import Period


def earliest_open_month(today: date) -> Period:
    """The first month that has not been issued yet: as no month is issued so far, today's."""
    return Period.of(today)
