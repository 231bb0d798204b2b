"""Disputes: one open at a time for a line, answered once, corrected in the open month."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.conftest import SECRET_KEY
from tests.factories import make_email
from tests.ledgers import charge, correct, issue, penalise
from vodokanal.billing.ledger import Side
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.billing.terms import Term
from vodokanal.casework.disputes import DisputeState, Heard
from vodokanal.models.disputes import Dispute
from vodokanal.models.journal import JournalEntry
from vodokanal.models.letters import Letter, LetterKind
from vodokanal.models.people import AccountAccess
from vodokanal.models.recalculations import Correction
from vodokanal.models.terms import LegalTerm
from vodokanal.operations.corrections import withdraw_correction
from vodokanal.operations.disputable_lines import LineNotFoundError
from vodokanal.operations.dispute_letters import DisputeNews, find_dispute_news
from vodokanal.operations.dispute_reopenings import DisputedAnewError
from vodokanal.operations.disputed import (
    disputed_months,
    disputed_sum,
    disputed_sums,
    disputes_of,
    disputes_on,
    disputes_waiting,
    find_dispute,
    holder_on,
    waiting_disputes,
)
from vodokanal.operations.disputes import (
    MOST_CHARACTERS,
    MOST_ON_RECEIPT,
    AboveLineError,
    AnsweredAlreadyError,
    DisputedAlreadyError,
    DisputeNotFoundError,
    Fix,
    NewDispute,
    TooManyWordsError,
    correct_dispute,
    explain_dispute,
    get_dispute,
    open_dispute,
    withdraw_dispute,
)
from vodokanal.operations.entries import NoWordsError
from vodokanal.operations.letters import NO_ADDRESS, NOTHING_TO_TELL
from vodokanal.operations.queue import open_queue
from vodokanal.operations.submission_keys import KeyReusedError

TODAY = date(2026, 11, 12)
AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
AUGUST, SEPTEMBER, OCTOBER = Period(2026, 8), Period(2026, 9), Period(2026, 10)
NOVEMBER = Period(2026, 11)


@pytest.fixture(autouse=True)
def _october(cast: Cast) -> None:
    """October's receipt has a charge, a correction each way and a penalty."""
    open_queue(SECRET_KEY)
    charge(cast.account, AUGUST, "500")
    issue(AUGUST, cast.account)
    issue(SEPTEMBER, cast.account)
    charge(cast.account, OCTOBER, "173.78")
    correct(cast.account, OCTOBER, "40", service=Service.HOT, for_period=SEPTEMBER)
    correct(cast.account, OCTOBER, "-25", service=Service.HOT, for_period=SEPTEMBER)
    penalise(cast.account, OCTOBER, "1.25", of=AUGUST)
    issue(OCTOBER, cast.account)


def disputed(cast: Cast, key: str = "k1", line: str = "cold-0", **given: Any) -> Dispute:
    """Anna does not agree with October's cold water."""
    person = given.pop("by", cast.anna)
    usual = NewDispute(cast.account.id, OCTOBER, line, " Нас не\nбыло дома ")
    new = replace(usual, **given)
    return open_dispute(actor_of(person), new, key=key, today=TODAY, at=AT)


def line_named(start: str) -> str:
    """The name of a correction of October by its sign."""
    rows = Correction.select().order_by(Correction.id)
    return f"correction-{rows[0].id if start == 'more' else rows[1].id}"


def fixed(cast: Cast, dispute: Dispute, key: str = "f1", **given: Any) -> Dispute:
    """Dmitry takes fifty rubles off."""
    fix = replace(Fix(dispute.id, rubles(-50), "Никто не жил"), **given)
    return correct_dispute(actor_of(cast.dmitry), fix, key=key, today=TODAY, at=AT)


def explained(cast: Cast, dispute_id: int, words: str = "Показание верное", key: str = "e") -> Any:
    return explain_dispute(actor_of(cast.galina), dispute_id, words=words, key=key, at=AT)


def test_dispute_keeps_who_does_not_agree_and_by_when_it_is_answered(cast: Cast) -> None:
    row = disputed(cast)
    assert (row.period, row.debt_period, row.amount) == (OCTOBER, OCTOBER, rubles("173.78"))
    assert (row.words, row.heard, row.state) == (
        "Нас не было дома",
        Heard.PORTAL,
        DisputeState.OPEN,
    )
    assert (row.resident_id, row.employee_id) == (cast.anna.id, None)
    # Three working days from Thursday.
    assert row.answer_by == date(2026, 11, 17)
    assert JournalEntry.get(JournalEntry.action == "open_dispute").subject_id == row.id


def test_caller_is_written_down_by_an_employee(cast: Cast) -> None:
    row = disputed(cast, by=cast.galina, heard=Heard.TELEPHONE)
    assert (row.resident_id, row.employee_id) == (None, cast.galina.id)


def test_without_a_row_of_the_law_no_day_is_promised(cast: Cast) -> None:
    LegalTerm.delete().where(LegalTerm.term == Term.ANSWER_DAYS).execute()
    assert disputed(cast).answer_by is None


@pytest.mark.parametrize(
    ("line", "amount", "month"),
    [
        # More is owed of the receipt's own month, less is a credit for the other.
        ("more", "40", OCTOBER),
        ("less", "0", SEPTEMBER),
        ("penalty-202608", "1.25", AUGUST),
    ],
)
def test_every_line_can_be_disputed(cast: Cast, line: str, amount: str, month: Period) -> None:
    row = disputed(cast, line=line if "-" in line else line_named(line))
    assert (row.amount, row.debt_period) == (rubles(amount), month)


def test_sent_twice_it_is_kept_once(cast: Cast) -> None:
    assert disputed(cast) == disputed(cast)
    assert Dispute.select().count() == 1
    with pytest.raises(KeyReusedError):
        disputed(cast, words="другое")


def test_line_has_one_open_dispute(cast: Cast) -> None:
    first = disputed(cast)
    with pytest.raises(DisputedAlreadyError) as refused:
        disputed(cast, key="k2")
    assert refused.value.dispute == first
    explained(cast, first.id)
    assert disputed(cast, key="k3") != first


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"line": "hot-7"}, LineNotFoundError),
        ({"period": NOVEMBER}, LineNotFoundError),
        ({"words": " \n "}, NoWordsError),
        ({"words": "а" * (MOST_CHARACTERS + 1)}, TooManyWordsError),
    ],
)
def test_what_is_no_dispute_is_refused(
    cast: Cast, given: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        disputed(cast, **given)
    assert Dispute.select().count() == 0


def test_explanation_answers_once(cast: Cast) -> None:
    row = disputed(cast)
    answered = explained(cast, row.id)
    assert (answered.state, answered.answer) == (DisputeState.EXPLAINED, "Показание верное")
    assert (answered.answered_by_id, answered.answered_at) == (cast.galina.id, AT)
    assert explained(cast, row.id) == answered
    with pytest.raises(AnsweredAlreadyError) as refused:
        explained(cast, row.id, key="e2")
    assert refused.value.dispute == answered


def test_correction_is_entered_with_the_answer(cast: Cast) -> None:
    answered = fixed(cast, disputed(cast))
    correction = answered.correction
    assert (correction.posted_period, correction.for_period) == (NOVEMBER, OCTOBER)
    assert (correction.amount, correction.service) == (rubles(-50), Service.COLD)
    assert (answered.state, answered.answer) == (DisputeState.CORRECTED, "Никто не жил")
    assert fixed(cast, answered) == answered
    actions = [row.action for row in JournalEntry.select().order_by(JournalEntry.id)]
    assert actions == ["open_dispute", "enter_correction", "correct_dispute"]


def test_penalty_is_corrected_as_a_penalty(cast: Cast) -> None:
    answered = fixed(cast, disputed(cast, line="penalty-202608"), amount=rubles("-1.25"))
    assert (answered.correction.side, answered.correction.for_period) == (Side.PENALTY, AUGUST)


def test_correction_that_is_refused_answers_nothing(cast: Cast) -> None:
    row = disputed(cast)
    with pytest.raises(TooManyWordsError):
        fixed(cast, row, words="а" * (MOST_ON_RECEIPT + 1))
    with pytest.raises(NoWordsError):
        fixed(cast, row, words="")
    assert get_dispute(row.id).state is DisputeState.OPEN
    assert Correction.select().count() == 2


def withdrawn(cast: Cast, dispute: Any) -> Dispute:
    withdraw_correction(actor_of(cast.dmitry), dispute.correction, today=TODAY, at=AT)
    return get_dispute(dispute.id)


def test_withdrawn_correction_leaves_the_dispute_open(cast: Cast) -> None:
    make_email(cast.anna)
    before = disputed(cast)
    answered = fixed(cast, before)
    left: Any = withdrawn(cast, answered)
    assert (left.state, left.answer, left.answered_by_id, left.answered_at, left.correction_id) == (
        DisputeState.OPEN,
        "",
        None,
        None,
        None,
    )
    assert left.answer_by == before.answer_by
    # The letter that has not gone out yet would not be true.
    assert find_dispute_news(Letter.get()) == NOTHING_TO_TELL
    entry = JournalEntry.get(JournalEntry.action == "reopen_dispute")
    assert (entry.subject_id, entry.actor_name) == (before.id, cast.dmitry.name)
    again = fixed(cast, left, key="f2", amount=rubles(-20))
    assert (again.state, again.correction.amount) == (DisputeState.CORRECTED, rubles(-20))
    assert isinstance(
        find_dispute_news(Letter.select().order_by(Letter.id.desc()).get()), DisputeNews
    )


def test_correction_stays_while_the_line_is_disputed_anew(cast: Cast) -> None:
    answered = fixed(cast, disputed(cast))
    newer = disputed(cast, key="k2")
    with pytest.raises(DisputedAnewError) as refused:
        withdrawn(cast, answered)
    assert refused.value.dispute == newer
    assert get_dispute(answered.id) == answered
    assert Correction.select().count() == 3


def test_more_than_the_line_is_corrected_only_when_it_is_meant_so(cast: Cast) -> None:
    row = disputed(cast)
    for amount in ("-173.79", "173.79"):
        with pytest.raises(AboveLineError) as refused:
            fixed(cast, row, amount=rubles(amount))
        assert refused.value.amount == rubles("173.78")
    answered = fixed(cast, row, amount=rubles("-173.79"), is_above=True)
    assert answered.correction.amount == rubles("-173.79")


def test_credit_is_corrected_by_as_much_as_it_is(cast: Cast) -> None:
    row = disputed(cast, line=line_named("less"))
    with pytest.raises(AboveLineError):
        fixed(cast, row, amount=rubles("25.01"))
    assert fixed(cast, row, amount=rubles(25)).correction.amount == rubles(25)


def test_taken_back_it_asks_nothing_any_more(cast: Cast) -> None:
    row = disputed(cast)
    back = withdraw_dispute(actor_of(cast.anna), row.id, key="w", at=AT)
    assert (back.state, back.answer, back.answered_by_id) == (DisputeState.WITHDRAWN, "", None)
    assert withdraw_dispute(actor_of(cast.anna), row.id, key="w", at=AT) == back
    assert Letter.select().count() == 0


def test_unknown_dispute_cannot_be_answered(cast: Cast) -> None:
    with pytest.raises(DisputeNotFoundError):
        explained(cast, 7)
    assert find_dispute(7) is None


def test_disputed_sum_is_what_waits(cast: Cast) -> None:
    row = disputed(cast)
    disputed(cast, key="k2", line="penalty-202608")
    assert disputed_sum(cast.account.id) == rubles("175.03")
    assert disputed_sums([cast.account.id, cast.vera_account.id]) == {
        cast.account.id: rubles("175.03")
    }
    assert sorted(disputed_months(cast.account.id)) == [
        (AUGUST, rubles("1.25")),
        (OCTOBER, rubles("173.78")),
    ]
    explained(cast, row.id)
    assert disputed_sum(cast.account.id) == rubles("1.25")


def test_waiting_are_listed_oldest_first(cast: Cast) -> None:
    assert disputes_waiting() is None
    first, second = disputed(cast), disputed(cast, key="k2", line="penalty-202608")
    waiting = disputes_waiting()
    assert waiting is not None
    assert (waiting.count, waiting.since) == (2, TODAY)
    assert waiting_disputes(skip=0, limit=10) == [first, second]
    assert waiting_disputes(skip=1, limit=10) == [second]
    assert disputes_of(cast.account.id) == [second, first]
    assert set(disputes_on(cast.account.id, OCTOBER)) == {"cold-0", "penalty-202608"}


def test_found_dispute_names_who_opened_and_answered_it(cast: Cast) -> None:
    explained(cast, disputed(cast).id)
    found: Any = find_dispute(Dispute.get().id)
    assert (found.resident, found.employee, found.answerer) == (cast.anna, None, cast.galina)
    holder = holder_on(cast.account.id, TODAY)
    assert holder is not None
    assert holder.name == "Иванова Анна Петровна"


def test_answer_is_told_by_letter_to_who_may_know(cast: Cast) -> None:
    for person in (cast.anna, cast.daria):
        make_email(person, f"{person.login}@mail.example")
    row = disputed(cast)
    explained(cast, row.id)
    letter = Letter.get()
    assert (letter.kind, letter.resident_id, letter.subject_id) == (
        LetterKind.DISPUTE_ANSWERED,
        cast.anna.id,
        row.id,
    )
    news = find_dispute_news(letter)
    assert isinstance(news, DisputeNews)
    assert (news.dispute.id, news.account.id) == (row.id, cast.account.id)


def test_letter_is_dropped_when_nobody_is_left_to_read_it(cast: Cast) -> None:
    make_email(cast.anna)
    explained(cast, disputed(cast).id)
    AccountAccess.update(revoked_at=AT).execute()
    assert find_dispute_news(Letter.get()) == NOTHING_TO_TELL
    type(cast.anna).update(email="").execute()
    assert find_dispute_news(Letter.get()) == NO_ADDRESS
