"""The desk of readings that wait: one key each, whatever has happened meanwhile."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element

import pytest

from tests.cast import COLD_LAST, Cast, actor_of
from tests.clock import moment
from tests.conftest import ClientAs
from tests.factories import make_account, make_meter, make_reading, make_submission
from tests.inspection import text_of
from tests.page import Client, Page
from tests.statements import statements
from vodokanal.billing.findings import (
    AboveUsual,
    DigitMissing,
    Finding,
    LooksSwapped,
    LowerThanPrevious,
    findings_to_json,
)
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.readings import Reading, ReadingSettlement
from vodokanal.operations.answers import confirm_reading

DESK, NOVEMBER = "/staff/readings/waiting/", Period(2026, 11)
SENT = moment("2026-11-11T18:20")
LOWER, MISSING = LowerThanPrevious(COLD_LAST), DigitMissing(Decimal("161.2"))
AS_TYPED, AS_MEANT, REFUSED = "Как есть", "Принять", "Не принять"


def ask(cast: Cast, value: str = "16.12", *findings: Finding, **given: object) -> Reading:
    """A reading of Anna's cold water for November that waits."""
    submission = make_submission(account=cast.account, period=NOVEMBER, received_at=SENT)
    facts = {
        "submission": submission,
        "period": NOVEMBER,
        "value": value,
        "taken_on": SENT.date(),
        "received_at": SENT,
        "state": ReadingState.ASKED,
        "findings": findings_to_json(findings or (LOWER, MISSING)),
        "resident": cast.anna,
    }
    return make_reading(cast.cold, **facts | given)


def case(page: Page, reading: Reading) -> str:
    """The words of a reading's card."""
    return text_of(card(page, reading)).replace("\u00a0", " ")


def card(page: Page, reading: Reading) -> Element:
    return page.find(f'.//article[@id="reading-{reading.id}"]')


def press(page: Page, reading: Reading, button: str, *, status: int = 303, **typed: str) -> Page:
    """Presses a button of a reading's card."""
    found = [
        form
        for form in page.forms
        if f"{DESK}{reading.id}/" in (form.element.get("action") or "")
        and button in text_of(form.element).replace("\u00a0", " ")
    ]
    assert len(found) == 1, f"{len(found)} forms with {button!r}"
    return found[0].fill_in(typed).submit(status=status)


def decide(client: Client, reading: Reading, button: str, **options: object) -> Page:
    """The same on a page that is opened for it."""
    return press(client.get(DESK), reading, button, **options)  # type: ignore[arg-type]


def november() -> list[tuple[str, ReadingState]]:
    rows = Reading.select().where(Reading.period == NOVEMBER).order_by(Reading.id)
    return [(f"{row.value:f}", row.state) for row in rows]


def test_nothing_waits_is_said_so(office: Client) -> None:
    assert "Ничего не ждёт" in office.get(DESK).plain


def test_case_tells_whose_it_is_what_is_odd_and_what_was_meant(office: Client, cast: Cast) -> None:
    reading = ask(cast)
    words = case(office.get(DESK), reading)
    for part in (
        "12-34 · ул. Речная, д. 5, кв. 12",
        "Иванова Анна Петровна",
        "Холодная вода? ответа ещё нет",
        "За ноябрь, 11 ноября в 18:20, передали в кабинете, Иванова Анна Петровна: 16,120",
        "Это меньше, чем было 15 октября: 158,000.",
        "Похоже, имели в виду 161,200",
    ):
        assert part in words


def test_case_shows_the_meters_last_twelve_months(office: Client, cast: Cast) -> None:
    ask(cast)
    page = office.get(DESK)
    rows = page.rows('.//table[@class="facts"]')[1:]
    assert len(rows) == 12
    assert rows[0] == ["Октябрь", "158,000", "3,200\u00a0м³"]
    assert rows[-1] == ["Ноябрь\u00a02025", "123,100", "3,100\u00a0м³"]


def test_volume_far_above_the_usual_stands_beside_what_was_before(
    office: Client, cast: Cast
) -> None:
    reading = ask(cast, "190", AboveUsual(Decimal("3.2"), Decimal(32)), LooksSwapped("0007"))
    words = case(office.get(DESK), reading)
    assert "До этого, 15 октября: 158,000. Получается 32,000 м³" in words
    assert "Не перепутали их местами?" in words


def test_what_is_known_of_later_months_is_said(office: Client, cast: Cast) -> None:
    reading = ask(cast)
    make_reading(cast.cold, period=Period(2026, 12), value="164")
    assert "Позже, за декабрь: 164,000." in case(office.get(DESK), reading)


def test_removed_meter_is_said_so(office: Client, cast: Cast) -> None:
    reading = ask(cast)
    cast.cold.removed_on = date(2026, 11, 12)
    cast.cold.save()
    assert "Счётчик снят 12 ноября." in case(office.get(DESK), reading)


def test_reading_is_taken_as_typed(office: Client, cast: Cast) -> None:
    page = decide(office, ask(cast), AS_TYPED).follow()
    assert "Счёт 12-34, холодная вода, 16,120: принято как есть." in page.plain
    assert november() == [("16.120", ReadingState.ACCEPTED)]


def test_suggested_number_is_taken(office: Client, cast: Cast) -> None:
    page = decide(office, ask(cast), AS_MEANT).follow()
    assert "принято предложенное число" in page.plain
    assert november() == [
        ("16.120", ReadingState.REPLACED),
        ("161.200", ReadingState.ACCEPTED),
    ]


def test_refusal_has_the_usual_reason_unless_another_is_chosen(office: Client, cast: Cast) -> None:
    decide(office, ask(cast), REFUSED)
    assert ReadingSettlement.get().reason == "lower"
    again = ask(cast)
    decide(office, again, REFUSED, reason="other", words="Фото другого счётчика.")
    kept = ReadingSettlement.get(ReadingSettlement.reading == again)
    assert (kept.reason, kept.words) == ("other", "Фото другого счётчика.")


def test_refusal_in_own_words_needs_some(office: Client, cast: Cast) -> None:
    reading = ask(cast)
    page = decide(office, reading, REFUSED, status=422, reason="other")
    assert "Напишите своими словами" in case(page, reading)
    assert card(page, reading).get("autofocus") is not None
    assert november() == [("16.120", ReadingState.ASKED)]


@pytest.mark.parametrize("words", ["a\x00b", "a\u0007", "\ufdd0"])
def test_invisible_characters_are_not_sent_to_the_resident(
    office: Client, cast: Cast, words: str
) -> None:
    reading = ask(cast)
    decide(office, reading, REFUSED, status=422, words=words)
    assert november() == [("16.120", ReadingState.ASKED)]


def test_words_with_quotes_and_brackets_come_back_as_typed(office: Client, cast: Cast) -> None:
    reading, words = ask(cast), '<b>"Не\'то"</b> & {{ 7 }}'
    make_reading(cast.cold, period=Period(2026, 12), value="1")
    decide(office, reading, AS_TYPED, status=422)
    decide(office, reading, REFUSED, words=words)
    assert ReadingSettlement.get().words == words


def test_longest_words_are_cut_not_broken(office: Client, cast: Cast) -> None:
    decide(office, ask(cast), REFUSED, words="я" * 900)
    assert ReadingSettlement.get().words == "я" * 300


def test_next_case_is_in_sight_after_a_decision(office: Client, cast: Cast) -> None:
    first = ask(cast)
    second = make_reading(
        make_meter(account=cast.account), period=NOVEMBER, state=ReadingState.HELD
    )
    page = decide(office, first, AS_TYPED)
    assert page.location.endswith(DESK)
    assert page.response.headers["Location"].endswith(f"#reading-{second.id}")


def test_second_employee_is_told_what_was_decided(
    office: Client, client_as: ClientAs, cast: Cast
) -> None:
    reading = ask(cast)
    theirs = client_as(cast.olga).get(DESK)
    decide(office, reading, REFUSED)
    page = press(theirs, reading, AS_TYPED, status=409)
    words = "О показании уже решено 12 ноября в 10:42: не принято (Галина Орлова)."
    assert words in page.plain
    assert november() == [("16.120", ReadingState.REFUSED)]


def test_answer_of_the_resident_is_told(office: Client, cast: Cast) -> None:
    reading = ask(cast, "190", AboveUsual(Decimal("3.2"), Decimal(32)))
    page = office.get(DESK)
    confirm_reading(actor_of(cast.anna), reading, key="a", at=SENT)
    page = press(page, reading, REFUSED, status=409)
    assert "Ответ уже есть: теперь считается 190,000 м³." in page.plain


def test_same_form_twice_is_one_decision(office: Client, cast: Cast) -> None:
    reading = ask(cast)
    page = office.get(DESK)
    assert [press(page, reading, AS_TYPED).status for _ in range(2)] == [303, 303]
    assert ReadingSettlement.select().count() == 1


def test_value_above_a_later_one_is_explained(office: Client, cast: Cast) -> None:
    reading = ask(cast, "170")
    page = office.get(DESK)
    make_reading(cast.cold, period=Period(2026, 12), value="164")
    page = press(page, reading, AS_TYPED, status=422)
    assert "за декабрь счётчик показал меньше, 164,000 м³" in case(page, reading)
    assert november() == [("170.000", ReadingState.ASKED)]


def test_reading_of_a_meter_that_was_gone_is_only_refused(office: Client, cast: Cast) -> None:
    reading = ask(cast)
    cast.cold.removed_on = date(2026, 11, 1)
    cast.cold.save()
    page = decide(office, reading, AS_TYPED, status=422)
    assert "Его можно только не принять" in case(page, reading)
    press(page, reading, REFUSED)


def test_suggestion_that_is_none_is_not_taken(office: Client, cast: Cast) -> None:
    reading = ask(cast, "150", LOWER)
    form = {"how": "as_meant", "key": "k"}
    assert "ничего не предлагает" in office.post(f"{DESK}{reading.id}/", form, status=422).plain


@pytest.mark.parametrize("how", ["", "accepted", "AS_TYPED", "9" * 30])
def test_unknown_decision_is_a_bad_request(office: Client, cast: Cast, how: str) -> None:
    office.post(f"{DESK}{ask(cast).id}/", {"how": how, "key": "k"}, status=400)
    assert november() == [("16.120", ReadingState.ASKED)]


def test_unknown_reason_is_no_reason(office: Client, cast: Cast) -> None:
    form = {"how": "refused", "key": "k", "reason": "because"}
    office.post(f"{DESK}{ask(cast).id}/", form, status=422)
    assert november() == [("16.120", ReadingState.ASKED)]


@pytest.mark.parametrize("key", ["", "к" * 3, "k" * 65])
def test_form_without_its_key_is_pressed_once_more(office: Client, cast: Cast, key: str) -> None:
    form = {"how": "as_typed", "key": key}
    page = office.post(f"{DESK}{ask(cast).id}/", form, status=409)
    assert "Нажмите, пожалуйста, ещё раз" in page.plain


@pytest.mark.parametrize("reading", ["0", "999999", "9" * 20, "-1", "abc", "1.5"])
def test_unknown_reading_is_not_there(office: Client, reading: str) -> None:
    assert office.get(f"{DESK}{reading}/", status=404).status == 404
    assert office.post(f"{DESK}{reading}/", status=404).status == 404


@pytest.mark.parametrize("query", ["state=accepted", "state=x", "page=99", "page=0", "page="])
def test_odd_arguments_show_the_list(office: Client, cast: Cast, query: str) -> None:
    reading = ask(cast)
    assert case(office.get(f"{DESK}?{query}"), reading)


def test_list_is_narrowed_to_a_state(office: Client, cast: Cast) -> None:
    ask(cast)
    held = make_reading(cast.vera_meter, period=NOVEMBER, state=ReadingState.HELD)
    page = office.get(DESK).click("житель подтвердил: 1")
    assert [each.get("id") for each in page.all(".//article")] == [f"reading-{held.id}"]
    assert press(page, held, AS_TYPED).location == f"{DESK}?state=held"
    assert november()[0] == ("16.120", ReadingState.ASKED)


def test_long_list_has_pages_and_the_oldest_first(office: Client, cast: Cast) -> None:
    for day in range(1, 15):
        make_reading(
            make_meter(account=make_account()),
            period=NOVEMBER,
            state=ReadingState.ASKED,
            received_at=moment(f"2026-11-{day:02d}T09:00"),
        )
    page = office.get(DESK)
    assert len(page.all(".//article")) == 12
    assert "1 ноября в 09:00" in text_of(page.all(".//article")[0]).replace("\u00a0", " ")
    assert len(page.click("Следующие").all(".//article")) == 2


def test_list_asks_as_much_for_twelve_as_for_one(office: Client, cast: Cast) -> None:
    ask(cast)
    for _ in range(11):
        make_reading(make_meter(account=make_account()), period=NOVEMBER, state=ReadingState.ASKED)
    # The utility's settings are read once and then known.
    office.get(DESK)
    with statements() as seen:
        office.get(DESK)
    assert len(seen) <= 8, "\n".join(seen)


def test_who_only_reads_sees_the_cases_without_buttons(client_as: ClientAs, cast: Cast) -> None:
    reading = ask(cast)
    client = client_as(cast.rita)
    page = client.get(DESK)
    assert case(page, reading)
    assert not [form for form in page.forms if DESK in (form.element.get("action") or "")]
    client.post(f"{DESK}{reading.id}/", {"how": "as_typed", "key": "k"}, status=403)
    assert november() == [("16.120", ReadingState.ASKED)]


def test_decision_after_a_lost_session_comes_back_to_the_list(office: Client, cast: Cast) -> None:
    reading = ask(cast)
    page = office.get(f"{DESK}{reading.id}/", status=303)
    assert page.response.headers["Location"].endswith(f"#reading-{reading.id}")


def test_form_that_could_not_be_taken_keeps_its_words(office: Client, cast: Cast) -> None:
    reading = ask(cast)
    form = {"how": "refused", "key": "k", "reason": "swapped", "words": "Перепутаны"}
    page = office.post(f"{DESK}{reading.id}/", form, csrf=False, status=400)
    kept = next(form for form in page.forms if "words" in form.fields)
    assert (kept.fields["reason"], kept.fields["words"]) == (["swapped"], ["Перепутаны"])
