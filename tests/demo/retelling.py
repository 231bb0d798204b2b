"""The town's readings judged once more, in the order in which they came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from tests.demo.conftest import Rows
from vodokanal.billing.consumption import PastReading
from vodokanal.billing.findings import findings_from_json
from vodokanal.billing.readings import (
    Judgement,
    MeterFacts,
    Neighbour,
    ReadingState,
    judge,
    verdict_when_confirmed,
)
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading

KNOWN = (ReadingState.ACCEPTED, ReadingState.RECORDED)

Row = dict[str, Any]


def judged_again(town: Rows) -> Iterator[tuple[Row, Judgement]]:
    """Every reading with what the rules say of it."""
    meters = {row["id"]: row for row in town[Meter] if row.get("account")}
    of_account: dict[int, list[Row]] = defaultdict(list)
    for reading in town[Reading]:
        of_account[meters[reading["meter"]]["account"]].append(reading)
    for readings in of_account.values():
        yield from _judged_account(readings, meters)


def agrees(reading: Row, judgement: Judgement) -> bool:
    """Whether a reading is kept as the rules, or a person's confirmation of a doubt, have it."""
    confirmed = verdict_when_confirmed(judgement.findings)
    states = {"replaced", judgement.verdict.value, confirmed.value}
    return (
        findings_from_json(reading["findings"]) == judgement.findings
        and reading["state"].value in states
    )


def _judged_account(readings: list[Row], meters: dict[int, Row]) -> Iterator[tuple[Row, Judgement]]:
    known: dict[int, list[PastReading]] = {
        number: [PastReading(meters[number]["initial_reading"], meters[number]["installed_on"])]
        for number in {reading["meter"] for reading in readings}
    }
    readings = sorted(readings, key=lambda row: (row["received_at"], row["meter"]))
    for _, together in groupby(readings, key=lambda row: row["submission"]):
        batch = list(together)
        before = {number: tuple(history) for number, history in known.items()}
        for reading in batch:
            others = [meters[each["meter"]] for each in batch if each is not reading]
            yield reading, _judged(reading, meters[reading["meter"]], others, before)
            if reading["state"] in KNOWN:
                known[reading["meter"]].append(PastReading(reading["value"], reading["taken_on"]))


def _judged(
    reading: Row, meter: Row, others: list[Row], before: dict[int, tuple[PastReading, ...]]
) -> Judgement:
    return judge(
        reading["value"],
        meter=facts_of(meter),
        taken_on=reading["taken_on"],
        history=before[meter["id"]],
        neighbours=[
            Neighbour(each["kind"], each["serial"], before[each["id"]], each["digits_before"])
            for each in others
        ],
    )


def facts_of(meter: Row) -> MeterFacts:
    """A meter's row as the rules take it."""
    names = ("id", "kind", "serial", "digits_before", "digits_after", "installed_on")
    dates = ("commissioned_on", "verify_by", "failed_on", "removed_on")
    return MeterFacts(**{name: meter[name] for name in names + dates})
