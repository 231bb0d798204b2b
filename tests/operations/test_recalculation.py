"""Issued months calculated anew: shown first, then corrected as one batch, taken back as one."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.conftest import SECRET_KEY
from tests.factories import (
    make_account,
    make_account_service,
    make_holder,
    make_meter,
    make_occupancy,
    make_reading,
)
from tests.month_factories import make_difference, make_preview
from tests.months import closed, make_rates, receipt_of, run_at, settle
from vodokanal.billing.periods import Period
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.models.months import BillingMonth
from vodokanal.models.places import NormCategory
from vodokanal.models.previews import MonthDifference, RecalculationPreview
from vodokanal.models.readings import Reading
from vodokanal.models.recalculations import Correction, RecalculationBatch
from vodokanal.models.tariffs import Tariff
from vodokanal.operations import calculation, previews, recalculation_batches
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.journal import record
from vodokanal.operations.previews import (
    MOST_ATTEMPTS,
    NotIssuedError,
    TooManyMonthsError,
    is_preview_due,
    make_next_preview,
    order_preview,
)
from vodokanal.operations.queue import open_queue
from vodokanal.operations.recalculating import calculated_anew
from vodokanal.operations.recalculation_batches import (
    Approval,
    ApprovedAlreadyError,
    NoSentenceError,
    NothingDiffersError,
    NotReadyError,
    PreviewOutdatedError,
    approve_preview,
    batches,
    reverse_batch,
)

SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)
RUN = run_at("2026-11-12T10:00")
WORDS = "Цена холодной воды исправлена решением от 10 ноября"


@pytest.fixture
def issued(cast: Cast) -> Cast:
    """A utility that has issued September and October."""
    open_queue(SECRET_KEY)
    settle(cast.account, make_rates())
    closed(SEPTEMBER, "2026-09-25T10:00")
    closed(OCTOBER, "2026-10-25T10:00")
    return cast


@pytest.fixture
def cheaper(issued: Cast) -> Cast:
    """The same, and cold water costs 40 rubles since ever."""
    set_price("40")
    return issued


def set_price(price: str) -> None:
    Tariff.update(price=price).where(Tariff.service == Service.COLD).execute()
    record(SYSTEM, "update", subject=Tariff.get(), at=RUN.at)


def asked(cast: Cast, first: Period = SEPTEMBER, *, key: str = "1") -> RecalculationPreview:
    return order_preview(actor_of(cast.olga), first, last=OCTOBER, key=key, at=RUN.at)


def made(cast: Cast, *, key: str = "1") -> RecalculationPreview:
    asked(cast, key=key)
    preview = make_next_preview(RUN)
    assert preview is not None
    assert preview.ended_at == RUN.at
    return preview


def approve(
    cast: Cast, preview: RecalculationPreview, *, key: str = "9", words: str = WORDS
) -> RecalculationBatch:
    approval = Approval(words, RUN.at, RUN.zone)
    return approve_preview(actor_of(cast.olga), preview.id, approval=approval, key=key)


def reverse(cast: Cast, batch: RecalculationBatch, *, key: str = "8") -> RecalculationBatch:
    return reverse_batch(actor_of(cast.olga), batch.id, sentence="Ошибка", key=key, at=RUN.at)


def seen(preview: RecalculationPreview) -> list[tuple[str, str, str, str]]:
    rows = MonthDifference.select().where(MonthDifference.preview == preview)
    return [
        (str(row.period), row.service.value, str(row.was), str(row.now))
        for row in rows.order_by(MonthDifference.id)
    ]


def test_preview_shows_what_was_and_what_would_be(cheaper: Cast) -> None:
    preview = made(cheaper)
    assert seen(preview) == [
        ("2026-09", "cold", "122.32", "116.00"),
        ("2026-10", "cold", "134.98", "128.00"),
    ]
    assert (preview.accounts, preview.refusal, Correction.select().count()) == (2, "", 0)


def test_nothing_has_changed_and_nothing_differs(issued: Cast) -> None:
    preview = made(issued)
    assert seen(preview) == []
    with pytest.raises(NothingDiffersError):
        approve(issued, preview)
    assert RecalculationBatch.select().count() == 0


def test_month_in_which_an_account_was_charged_nothing_is_charged_anew(issued: Cast) -> None:
    vera = issued.vera_account
    make_account_service(account=vera)
    settle(vera, NormCategory.get())
    preview = made(issued)
    # The norm of two people, for nobody had read her meter.
    assert seen(preview) == [
        ("2026-09", "cold", "0.00", "423.15"),
        ("2026-10", "cold", "0.00", "423.15"),
    ]


def test_month_that_was_not_ours_to_charge_is_left_out(issued: Cast) -> None:
    late = make_account(premises=issued.account.premises)
    make_account_service(account=late)
    make_occupancy(account=late)
    assert seen(made(issued)) == []


def test_preview_is_asked_for_once_with_one_key(issued: Cast) -> None:
    assert asked(issued) == asked(issued)
    assert RecalculationPreview.select().count() == 1
    assert JournalEntry.get(JournalEntry.action == "order_preview").actor_name == "Ольга Ветрова"


def test_only_issued_months_are_calculated_anew(issued: Cast) -> None:
    with pytest.raises(NotIssuedError) as refused:
        asked(issued, Period(2026, 8))
    assert refused.value.period == Period(2026, 8)


@pytest.mark.parametrize("first", [NOVEMBER, Period(2023, 10)])
def test_months_are_in_order_and_not_too_many(issued: Cast, first: Period) -> None:
    with pytest.raises(TooManyMonthsError):
        asked(issued, first)


def test_approved_corrections_go_into_the_open_month(cheaper: Cast) -> None:
    preview = made(cheaper)
    batch = approve(cheaper, preview)
    rows = list(Correction.select().order_by(Correction.id))
    assert [(str(row.for_period), row.posted_period, row.amount) for row in rows] == [
        ("2026-09", NOVEMBER, Decimal("-6.32")),
        ("2026-10", NOVEMBER, Decimal("-6.98")),
    ]
    assert {(row.batch, row.reason, row.employee) for row in rows} == {
        (batch, "rates", cheaper.olga)
    }
    assert json.loads(rows[0].inputs)["was"] == "122.32"
    assert (batch.sentence, batch.posted_period) == (WORDS, NOVEMBER)
    assert RecalculationPreview.get().batch == batch


def test_corrections_stand_on_the_next_receipt(cheaper: Cast) -> None:
    approve(cheaper, made(cheaper))
    closed(NOVEMBER, "2026-11-25T10:00")
    assert receipt_of(cheaper.account, NOVEMBER).corrected == Decimal("-13.30")


def test_approval_counts_once(cheaper: Cast) -> None:
    preview = made(cheaper)
    assert approve(cheaper, preview) == approve(cheaper, preview)
    with pytest.raises(ApprovedAlreadyError):
        approve(cheaper, preview, key="10")
    assert Correction.select().count() == 2


def test_what_was_corrected_is_not_corrected_again(cheaper: Cast) -> None:
    approve(cheaper, made(cheaper))
    assert seen(made(cheaper, key="2")) == []
    set_price("39")
    assert seen(made(cheaper, key="3"))[0] == ("2026-09", "cold", "116.00", "113.10")


def test_batch_is_taken_back_as_a_whole(cheaper: Cast) -> None:
    batch = approve(cheaper, made(cheaper))
    back = reverse(cheaper, batch)
    assert reverse(cheaper, batch) == back
    rows = list(Correction.select().order_by(Correction.id))
    assert [str(row.amount) for row in rows] == ["-6.32", "-6.98", "6.32", "6.98"]
    assert [json.loads(row.inputs) for row in rows[2:]] == [
        {"reverses": row.id} for row in rows[:2]
    ]
    assert (back.reverses, batches()) == (batch, [back, batch])
    for each in (batch, back):
        with pytest.raises(ApprovedAlreadyError):
            reverse(cheaper, each, key="11")
    assert len(seen(made(cheaper, key="2"))) == 2


def test_sentence_is_what_the_residents_read(cheaper: Cast) -> None:
    preview = made(cheaper)
    with pytest.raises(NoSentenceError):
        approve(cheaper, preview, words="  ")
    batch = approve(cheaper, preview)
    with pytest.raises(NoSentenceError):
        reverse_batch(actor_of(cheaper.olga), batch.id, sentence=" ", key="7", at=RUN.at)


def test_unfinished_or_failed_preview_is_not_approved(issued: Cast) -> None:
    for preview in (make_preview(), make_preview(ended_at=RUN.at, refusal="no_rate")):
        with pytest.raises(NotReadyError):
            approve(issued, preview, key=str(preview.id))


def test_rate_that_changed_since_makes_the_preview_outdated(cheaper: Cast) -> None:
    preview = made(cheaper)
    set_price("39")
    with pytest.raises(PreviewOutdatedError):
        approve(cheaper, preview)
    assert Correction.select().count() == 0


def test_preview_is_approved_within_thirty_days(cheaper: Cast) -> None:
    preview = made(cheaper)
    ordered_at = RecalculationPreview.created_at
    RecalculationPreview.update({ordered_at: RUN.at - timedelta(days=30, seconds=1)}).execute()
    with pytest.raises(PreviewOutdatedError):
        approve(cheaper, preview)
    RecalculationPreview.update({ordered_at: RUN.at - timedelta(days=30)}).execute()
    assert approve(cheaper, preview).sentence == WORDS


def test_other_recalculation_makes_the_preview_outdated(cheaper: Cast) -> None:
    first, second = made(cheaper), made(cheaper, key="2")
    approve(cheaper, first)
    with pytest.raises(PreviewOutdatedError):
        approve(cheaper, second, key="10")


def test_touched_account_that_comes_out_the_same_keeps_the_preview(cheaper: Cast) -> None:
    preview = made(cheaper)
    record(SYSTEM, "update", subject=cheaper.account, at=RUN.at)
    assert approve(cheaper, preview).sentence == WORDS


def test_touched_account_that_comes_out_otherwise_makes_it_outdated(cheaper: Cast) -> None:
    preview = made(cheaper)
    Meter.update(failed_on="2026-09-10").where(Meter.id == cheaper.cold.id).execute()
    record(SYSTEM, "update", subject=cheaper.cold, at=RUN.at)
    with pytest.raises(PreviewOutdatedError):
        approve(cheaper, preview)


def test_too_many_touched_accounts_make_it_outdated(
    cheaper: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = made(cheaper)
    monkeypatch.setattr(recalculation_batches, "MOST_TOUCHED", 0)
    record(SYSTEM, "update", subject=cheaper.account, at=RUN.at)
    with pytest.raises(PreviewOutdatedError):
        approve(cheaper, preview)


def test_change_while_it_is_approved_makes_it_outdated(
    cheaper: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = made(cheaper)

    def meanwhile(*_args: object, **_more: object) -> None:
        record(SYSTEM, "update", subject=cheaper.account, at=RUN.at)

    monkeypatch.setattr(recalculation_batches, "_refuse_outdated", meanwhile)
    with pytest.raises(PreviewOutdatedError):
        approve(cheaper, preview)


def test_corrected_reading_is_not_corrected_twice(cheaper: Cast) -> None:
    """The month in work says it by a correction of its own."""
    row = Reading.get(Reading.meter == cheaper.hot, Reading.period == OCTOBER)
    Reading.update(state="replaced").where(Reading.id == row.id).execute()
    given = {"submission": row.submission, "period": OCTOBER, "value": "104.6"}
    record(SYSTEM, "settle_reading", subject=make_reading(cheaper.hot, **given), at=RUN.at)
    services = {service for _month, service, _was, _now in seen(made(cheaper))}
    assert services == {"cold"}


def test_account_that_cannot_be_charged_anew_is_listed(cheaper: Cast) -> None:
    shop = make_account(number="90-1", group=CustomerGroup.ORGANISATION)
    make_holder(account=shop)
    make_account_service(account=shop)
    make_meter(account=shop)
    preview = made(cheaper)
    code = "organisation_without_reading"
    assert json.loads(preview.troubles) == [[shop.id, "2026-09", code], [shop.id, "2026-10", code]]
    assert len(seen(preview)) == 2


def test_missing_rate_ends_the_preview_and_is_kept(issued: Cast) -> None:
    Tariff.delete().execute()
    preview = made(issued)
    assert (preview.refusal, json.loads(preview.parameters)["day"]) == ("no_rate", "2026-09-01")


def test_stopped_preview_is_gone_on_with(cheaper: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculation, "SLICE", 1)
    asked(cheaper)
    stopped: Any = make_next_preview(run_at("2026-11-12T10:00", goes_on=lambda: False))
    assert (stopped.ended_at, stopped.accounts, stopped.leased_until) == (None, 1, None)
    preview = make_next_preview(RUN)
    assert preview is not None
    assert (preview.ended_at, preview.accounts, len(seen(preview))) == (RUN.at, 2, 2)
    assert make_next_preview(RUN) is None


def test_preview_that_another_worker_has_taken_is_left_to_it(
    cheaper: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(cheaper)
    later = RUN.real_now().replace(year=2027)

    def overtaken(*args: int, **more: Any) -> object:
        RecalculationPreview.update(leased_until=later).execute()
        return previews_calculated(*args, **more)

    previews_calculated = calculated_anew
    monkeypatch.setattr(previews, "calculated_anew", overtaken)
    left: Any = make_next_preview(RUN)
    assert (left.ended_at, left.leased_until, MonthDifference.select().count()) == (None, later, 0)
    assert not is_preview_due(RUN.real_now())
    assert is_preview_due(later)


def test_preview_that_kills_every_worker_is_given_up(issued: Cast) -> None:
    make_preview(attempts=MOST_ATTEMPTS)
    assert make_next_preview(RUN) is None
    assert RecalculationPreview.get().refusal == "given_up"


def test_batch_of_a_month_that_is_being_issued_goes_into_the_next(cheaper: Cast) -> None:
    preview = made(cheaper)
    BillingMonth.create(period=NOVEMBER, state="issuing")
    assert approve(cheaper, preview).posted_period == NOVEMBER.next


def test_difference_of_nothing_but_volume_is_a_correction_too(cheaper: Cast) -> None:
    preview = make_preview(created_at=RUN.at, ended_at=RUN.at, mark=10**9)
    make_difference(preview=preview, account=cheaper.account, now="173.78", volume="-0.5")
    reverse(cheaper, approve(cheaper, preview))
    rows = Correction.select().order_by(Correction.id)
    assert [(row.amount, str(row.volume)) for row in rows] == [(0, "-0.500"), (0, "0.500")]
