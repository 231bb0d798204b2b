"""Every table of the portal, in the order in which they can be created."""

from __future__ import annotations

from vodokanal.models import (
    accounts,
    configuration,
    jobs,
    journal,
    ledger,
    letters,
    meters,
    months,
    norms,
    payments,
    people,
    places,
    readings,
    recalculations,
    receipts,
    settings,
    signins,
    submission_keys,
    tariffs,
    terms,
    windows,
)
from vodokanal.models.base import Table

TABLES: tuple[type[Table], ...] = (
    *places.TABLES,
    *accounts.TABLES,
    *people.TABLES,
    *signins.TABLES,
    *submission_keys.TABLES,
    *meters.TABLES,
    *readings.TABLES,
    *windows.TABLES,
    *tariffs.TABLES,
    *norms.TABLES,
    *terms.TABLES,
    *payments.TABLES,
    *recalculations.TABLES,
    *months.TABLES,
    *ledger.TABLES,
    *receipts.TABLES,
    *journal.TABLES,
    *settings.TABLES,
    *configuration.TABLES,
    *letters.TABLES,
    *jobs.TABLES,
)
