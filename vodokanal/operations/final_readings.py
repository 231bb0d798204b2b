"""Whether the last reading of a meter can be a slip: far above what it usually counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from vodokanal.billing.consumption import PastReading
from vodokanal.billing.findings import AboveUsual, Finding
from vodokanal.billing.readings import judge
from vodokanal.models.meters import Meter
from vodokanal.operations.change_refusals import ChangeRefusedError
from vodokanal.operations.meters import stories_by


class DoubtfulFinalError(ChangeRefusedError):
    """A resident would be asked about such a reading of the `meter`: see the `findings`."""

    def __init__(self, meter: Meter, findings: Sequence[Finding]) -> None:
        super().__init__(meter.serial)
        self.meter, self.findings = meter, findings


def refuse_doubtful(meter: Meter, value: Decimal, *, on: date) -> None:
    """Lets a last reading pass that is as far from the known ones as usual; in m³.

    What is too low or not on the display is for `refuse_final` to tell.

    Raises:
        DoubtfulFinalError: it is far above them.
    """
    (story,) = stories_by([meter], on)
    history = [PastReading(meter.initial_reading, meter.installed_on)]
    history += [PastReading(each.value, each.taken_on) for each in story.known]
    judgement = judge(value, meter=story.facts, taken_on=on, history=history, neighbours=[])
    if any(isinstance(each, AboveUsual) for each in judgement.findings):
        raise DoubtfulFinalError(meter, judgement.findings)
