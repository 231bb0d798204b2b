"""Recalculations approved: corrections of issued months on the open one's receipts, as one batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from peewee import Value

from vodokanal.billing.ledger import Side
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.models.database import lock
from vodokanal.models.journal import JournalEntry
from vodokanal.models.previews import MonthDifference, RecalculationPreview
from vodokanal.models.recalculations import REASON, Correction, RecalculationBatch
from vodokanal.operations.actors import Actor
from vodokanal.operations.changes import changes_since, newest_entry
from vodokanal.operations.issued_months import posting_month
from vodokanal.operations.journal import record
from vodokanal.operations.month_orders import journal_so_far
from vodokanal.operations.previews import rows_of
from vodokanal.operations.recalculating import bases_of, calculated_anew
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

# More accounts than these are not looked at again while others wait to write.
MOST_TOUCHED = 50
# What was seen longer ago is not corrected by; its rows are cleared away soon after.
APPROVED_WITHIN = timedelta(days=30)
# Written from row to row within the database: all at once or none, and others wait to write.
CORRECTION = (
    *("account", "for_period", "service", "volume", "amount", "inputs"),
    *("posted_period", "batch", "employee", "created_at"),
    *("side", "reason", "words", "cause_table"),
)
# What all corrections of a batch have in common.
SHARED = (
    RecalculationBatch.posted_period,
    RecalculationBatch.id,
    RecalculationBatch.approved_by,
    RecalculationBatch.created_at,
    *(Value(each) for each in (Side.PRINCIPAL.value, RecalculationReason.RATES.value, "", "")),
)


class BatchRefusedError(Exception):
    """The corrections cannot be written."""


class NoSentenceError(BatchRefusedError):
    """The residents would not learn why their sums are corrected."""


class NotReadyError(BatchRefusedError):
    """The preview is not complete, or came to nothing."""


class NothingDiffersError(BatchRefusedError):
    """Nobody's month would come to anything else."""


class ApprovedAlreadyError(BatchRefusedError):
    """The corrections of this preview are written, or this batch is taken back."""


class PreviewOutdatedError(BatchRefusedError):
    """Something has changed since: the corrections would be others than those that were seen."""


@dataclass(frozen=True)
class Approval:
    """Who approves a preview, with which sentence, when, where it is that day."""

    sentence: str
    at: datetime
    zone: ZoneInfo


def approve_preview(
    actor: Actor, preview_id: int, *, approval: Approval, key: str
) -> RecalculationBatch:
    """Writes the corrections that a preview has shown, all or none; with the same key once.

    What was touched since the preview is calculated once more: the corrections are those that
    were seen, or none.

    Raises:
        BatchRefusedError: see its subclasses.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    preview: RecalculationPreview = RecalculationPreview.get_by_id(preview_id)
    mark: Any = preview.mark
    if preview.batch is None and not is_unready(preview):
        # Calculated before the transaction: others go on writing meanwhile.
        mark = journal_so_far()
        _refuse_outdated(preview, approval)
    return _approve(actor, preview_id, approval=approval, key=key, mark=mark)


@writes
def _approve(
    actor: Actor, preview_id: int, *, approval: Approval, key: str, mark: int
) -> RecalculationBatch:
    body = {"deed": "approve", "preview": preview_id, "sentence": approval.sentence}
    claim = claim_key(actor, key, body=body, at=approval.at)
    if claim.answer is not None:
        return RecalculationBatch.get_by_id(claim.answer["batch"])
    sentence = _said(approval.sentence)
    lock(RecalculationPreview, preview_id)
    preview: RecalculationPreview = RecalculationPreview.get_by_id(preview_id)
    if preview.batch is not None:
        raise ApprovedAlreadyError(preview_id)
    if is_unready(preview):
        raise NotReadyError(preview_id)
    # Nobody adds to the journal between this look and COMMIT.
    newest_entry()
    if _was_touched(preview, since=mark):
        raise PreviewOutdatedError(preview)
    batch = _batch(actor, preview, sentence=sentence, at=approval.at)
    written = _write_corrections(preview, batch)
    if not written:
        raise NothingDiffersError(preview_id)
    RecalculationPreview.update(batch=batch).where(RecalculationPreview.id == preview_id).execute()
    after = {"sentence": sentence, "corrections": written, "posted_period": batch.posted_period}
    record(actor, "approve_recalculation", subject=batch, at=approval.at, changes=({}, after))
    keep_answer(claim, {"batch": batch.id})
    return batch


@writes
def reverse_batch(
    actor: Actor, batch_id: int, *, sentence: str, key: str, at: datetime
) -> RecalculationBatch:
    """Takes a batch back as a whole by opposite corrections in the open month; once.

    Raises:
        BatchRefusedError: see its subclasses.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    body = {"deed": "reverse", "batch": batch_id, "sentence": sentence}
    claim = claim_key(actor, key, body=body, at=at)
    if claim.answer is not None:
        return RecalculationBatch.get_by_id(claim.answer["batch"])
    said = _said(sentence)
    lock(RecalculationBatch, batch_id)
    batch: RecalculationBatch = RecalculationBatch.get_by_id(batch_id)
    is_reversed = RecalculationBatch.select().where(RecalculationBatch.reverses == batch).exists()
    if is_reversed or batch.reverses is not None:
        raise ApprovedAlreadyError(batch_id)
    back = _batch(actor, batch, sentence=said, at=at, reverses=batch)
    _write_opposite(batch, back)
    after = {"sentence": said, "posted_period": back.posted_period}
    record(actor, "reverse_recalculation", subject=back, at=at, changes=({}, after))
    keep_answer(claim, {"batch": back.id})
    return back


def _said(sentence: str) -> str:
    words = " ".join(sentence.split())[:REASON]
    if not words:
        raise NoSentenceError
    return words


def _batch(
    actor: Actor, months: Any, *, sentence: str, at: datetime, **more: Any
) -> RecalculationBatch:
    batch: RecalculationBatch = RecalculationBatch.create(
        first_period=months.first_period,
        last_period=months.last_period,
        posted_period=posting_month(at.date()),
        sentence=sentence,
        approved_by=actor.employee_id,
        created_at=at,
        **more,
    )
    return batch


def _write_corrections(preview: RecalculationPreview, batch: RecalculationBatch) -> int:
    """Writes what follows from the differences that were seen; how many; one statement."""
    own = (
        MonthDifference.account,
        MonthDifference.period,
        MonthDifference.service,
        MonthDifference.volume,
        MonthDifference.now - MonthDifference.was,
        MonthDifference.inputs,
    )
    rows = MonthDifference.select(*own, *SHARED).join(
        RecalculationBatch, on=RecalculationBatch.id == batch.id
    )
    seen = rows.where(MonthDifference.preview == preview).order_by(MonthDifference.id)
    return int(Correction.insert_from(seen, CORRECTION).as_rowcount().execute())


def _write_opposite(batch: RecalculationBatch, back: RecalculationBatch) -> None:
    """Writes the corrections of a batch with the other sign; one statement."""
    own = (
        Correction.account,
        Correction.for_period,
        Correction.service,
        0 - Correction.volume,
        0 - Correction.amount,
        Value('{"reverses": ').concat(Correction.id.cast("TEXT")).concat("}"),
    )
    rows = Correction.select(*own, *SHARED).join(
        RecalculationBatch, on=RecalculationBatch.id == back.id
    )
    written = rows.where(Correction.batch == batch).order_by(Correction.id)
    Correction.insert_from(written, CORRECTION).execute()


def _refuse_outdated(preview: RecalculationPreview, approval: Approval) -> None:
    """Lets what was seen be written as long as it is still so.

    Raises:
        PreviewOutdatedError: it is too old, another recalculation, a rate or a setting came in
            between, or an account would come out differently now.
    """
    ordered_at: Any = preview.created_at
    if ordered_at < approval.at - APPROVED_WITHIN:
        raise PreviewOutdatedError(preview)
    mark: Any = preview.mark
    changes = changes_since(mark, period=months_of(preview)[1])
    if _has_batch(mark) or changes.of_all or len(changes.accounts) > MOST_TOUCHED:
        raise PreviewOutdatedError(preview)
    if changes.accounts and _now(preview, changes.accounts, zone=approval.zone) != _seen(
        preview, changes.accounts
    ):
        raise PreviewOutdatedError(preview)


def _was_touched(preview: RecalculationPreview, *, since: int) -> bool:
    return _has_batch(since) or bool(changes_since(since, period=months_of(preview)[1]))


def _has_batch(mark: int) -> bool:
    """Whether another recalculation was approved or taken back after an entry."""
    of_batch = JournalEntry.subject_table == RecalculationBatch._meta.table_name
    return bool(JournalEntry.select().where(JournalEntry.id > mark, of_batch).exists())


Seen = Sequence[tuple[Any, ...]]


def _seen(preview: RecalculationPreview, account_ids: Iterable[int]) -> Seen:
    rows = MonthDifference.select().where(
        MonthDifference.preview == preview, MonthDifference.account.in_(list(account_ids))
    )
    return sorted((row.account_id, row.period, row.service, row.was, row.now) for row in rows)


def _now(preview: RecalculationPreview, account_ids: Iterable[int], *, zone: ZoneInfo) -> Seen:
    bases = bases_of(*months_of(preview), zone=zone)
    found: list[tuple[Any, ...]] = []
    for account_id in account_ids:
        anew = calculated_anew(account_id, account_id, bases=bases)
        for row in rows_of(preview, anew.differences):
            key = (row["account"], row["period"], row["service"])
            found.append((*key, row["was"], row["now"]))
    return sorted(found)


def is_unready(preview: RecalculationPreview) -> bool:
    """Whether the preview is not complete, or came to nothing."""
    ended_at: Any = preview.ended_at
    return ended_at is None or bool(preview.refusal)


def batches() -> list[RecalculationBatch]:
    """Every batch, the newest first."""
    return list(RecalculationBatch.select().order_by(RecalculationBatch.id.desc()))


def months_of(preview: RecalculationPreview) -> tuple[Period, Period]:
    """The first and the last month of a preview."""
    first: Any = preview.first_period
    last: Any = preview.last_period
    return first, last
