"""What silence will cost the accounts of one page of the call list, in rubles of a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vodokanal.models.meters import Meter
from vodokanal.models.people import AccountAccess, Relation
from vodokanal.operations.kept_rates import KeptRates
from vodokanal.operations.meters import IN_ORDER, MeterStory, stories_by
from vodokanal.operations.prospects import Prospect, prospects_of
from vodokanal.operations.silent import Silence, SilentAccount
from vodokanal.operations.visits import Visit
from vodokanal.operations.windows import Term


def costs_of_silence(
    found: Sequence[SilentAccount], silence: Silence, *, rates: KeptRates, term: Term
) -> Mapping[int, Prospect]:
    """What the month comes to without readings, by account; three statements: a page, not a town.

    Of organisations nothing is said.
    """
    if not found:
        return {}
    stories = _stories(found, silence)
    visits = [
        # Nobody's access is read: this one is made up, and of no resident.
        Visit(
            AccountAccess(account=each.account, relation=Relation.OWNER),
            stories[each.account.id],
            term,
        )
        for each in found
    ]
    return prospects_of(visits, silence.period, rates=rates)


def _stories(found: Sequence[SilentAccount], silence: Silence) -> dict[int, list[MeterStory]]:
    hangs = Meter.removed_on.is_null() | (Meter.removed_on > silence.today)
    meters = (
        Meter.select()
        .where(Meter.account.in_([each.account.id for each in found]), hangs)
        .order_by(Meter.account, *IN_ORDER)
    )
    stories: dict[int, list[MeterStory]] = {}
    for story in stories_by(list(meters), silence.today):
        stories.setdefault(story.meter.account_id, []).append(story)
    return stories
