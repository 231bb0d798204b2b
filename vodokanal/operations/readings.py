"""Readings: one way in for residents, telephone and visits, under the same rules."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.billing.refusals import AccountClosedError, WindowClosedError
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.judging import (
    Bench,
    Delivery,
    Judged,
    by_meter,
    judge_delivery,
    row_of,
)
from vodokanal.operations.meters import MeterStory, stories_of
from vodokanal.operations.settings import HouseSettings, get_house_settings
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes
from vodokanal.operations.windows import Term, get_calendar, get_term

CODE_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CODE_LENGTH = 12
# Readings that an employee enters are taken outside the window too.
STAFF_SOURCES = frozenset({Source.TELEPHONE, Source.OFFICE, Source.VISIT})


@dataclass(frozen=True)
class _Arrival:
    """Who brings readings, when, and for which month."""

    actor: Actor
    at: datetime
    period: Period


@writes
def submit_readings(
    actor: Actor, account_id: int, *, delivery: Delivery, key: str, at: datetime
) -> str:
    """Keeps every value that is sent and judges it; the submission's number.

    A clean value is accepted, a doubtful one is kept and asked about; the moment `at` counts
    for the window either way. Sent again with the same key, the number is the same.

    Raises:
        NothingSentError: every field is empty.
        ReadingsRefusedError: at least one value is impossible; nothing was kept.
        WindowClosedError: residents' readings are not taken today; with the next first day.
        AccountClosedError: the account was closed; only employees enter its last values.
        NotYourMeterError: a meter that does not belong here.
        KeyReusedError: the key was used for something else.
    """
    claim = claim_key(actor, key, body=_body(account_id, delivery), at=at)
    if claim.answer is not None:
        return str(claim.answer["number"])
    stories = stories_of(account_id, today=at.date(), locked=True)
    house = get_house_settings()
    term = submission_term(stories, delivery.source, house=house, today=at.date())
    bench = Bench(by_meter(stories), term.period, at.date(), house.takes_whole_only)
    judged = judge_delivery(delivery, bench)
    number = _keep(_Arrival(actor, at, term.period), account_id, judged=judged, delivery=delivery)
    keep_answer(claim, {"number": number})
    return number


def get_term_of(stories: Sequence[MeterStory], today: date) -> Term:
    """What today means for the readings of an account's meters."""
    district = stories[0].meter.account.premises.house.district_id if stories else None
    return get_term(today, district_id=district, calendar=get_calendar(today))


def submission_term(
    stories: Sequence[MeterStory], source: Source, *, house: HouseSettings, today: date
) -> Term:
    """The period that readings sent today are for.

    Outside the window an employee's reading belongs to the month of its day; a resident's one is
    refused, or kept for the next period where the utility has decided so.

    Raises:
        WindowClosedError: with the day on which the window opens next.
        AccountClosedError: with the day from which a resident sends nothing more.
    """
    closed_on = stories[0].meter.account.closed_on if stories else None
    if closed_on is not None and closed_on <= today and source not in STAFF_SOURCES:
        raise AccountClosedError(closed_on)
    term = get_term_of(stories, today)
    if term.is_open or (house.keeps_for_next_period and source not in STAFF_SOURCES):
        return term
    if source in STAFF_SOURCES:
        return Term(today, Period.of(today), term.window, is_open=False)
    raise WindowClosedError(term.window.first_day)


def _body(account_id: int, delivery: Delivery) -> dict[str, object]:
    entries = {str(meter): text.strip() for meter, text in delivery.entries.items()}
    taken_on = delivery.taken_on.isoformat() if delivery.taken_on else None
    return {"account": account_id, "entries": entries, "taken_on": taken_on}


def _keep(
    arrival: _Arrival, account_id: int, *, judged: Sequence[Judged], delivery: Delivery
) -> str:
    news = [each for each in judged if each.is_news]
    known = [each.current for each in judged if each.current is not None]
    if not news:
        # The same numbers once more: what was said of them before still holds.
        return str(Submission.get_by_id(known[0].submission_id).number)
    submission = Submission.create(
        account=account_id,
        period=arrival.period,
        received_at=arrival.at,
        code="".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)),
    )
    replaced = [each.current.id for each in news if each.current is not None]
    if replaced:
        Reading.update(state=ReadingState.REPLACED).where(Reading.id.in_(replaced)).execute()
    rows = [
        row_of(each, delivery, actor=arrival.actor, period=arrival.period, at=arrival.at)
        | {"submission": submission.id}
        for each in news
    ]
    Reading.insert_many(rows).execute()
    values = {each.story.meter.serial: each.judgement.value for each in news}
    record(
        arrival.actor, "submit_readings", subject=submission, at=arrival.at, changes=({}, values)
    )
    return str(submission.number)
