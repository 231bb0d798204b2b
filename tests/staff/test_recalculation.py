"""The desk of issued months calculated anew: shown, approved with a sentence, taken back."""

from __future__ import annotations

import json

import pytest

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.factories import make_account
from tests.inspection import text_of
from tests.month_factories import make_preview, make_recalculation_batch
from tests.months import closed, make_rates, run_at, settle
from tests.page import Client, Page
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.models.previews import RecalculationPreview
from vodokanal.models.recalculations import Correction, RecalculationBatch
from vodokanal.models.tariffs import Tariff
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.journal import record
from vodokanal.operations.previews import make_next_preview
from vodokanal.staff import recalculation_figures

DESK = "/staff/recalculation/"
OCTOBER = Period(2026, 10)
RUN = run_at("2026-11-12T10:42")


@pytest.fixture
def cheaper(cast: Cast) -> Cast:
    """A utility that has issued October, whose cold water costs 40 rubles by now."""
    settle(cast.account, make_rates())
    closed(OCTOBER, "2026-10-25T10:00")
    Tariff.update(price="40").where(Tariff.service == Service.COLD).execute()
    record(SYSTEM, "update", subject=Tariff.get(), at=RUN.at)
    return cast


def previewed(chief: Client) -> Page:
    """The page of a preview that the worker has made."""
    page = chief.get(DESK).form("ask").submit()
    make_next_preview(RUN)
    return chief.get(page.location)


def plain_rows(page: Page, name: str) -> list[list[str]]:
    rows = page.rows(f'.//article[@id="{name}"]//table')[1:]
    return [[cell.replace("\u00a0", " ") for cell in row] for row in rows]


def test_differences_are_shown_by_service_and_account(chief: Client, cheaper: Cast) -> None:
    page = previewed(chief)
    assert page.heading == "Пересчёт: Октябрь"
    assert plain_rows(page, "sums") == [
        ["холодная вода", "134,98 ₽", "128,00 ₽", "− 6,98 ₽"],
        ["Всего", "134,98 ₽", "128,00 ₽", "− 6,98 ₽"],
    ]
    address = "ул. Речная, д. 5, кв. 12"
    assert plain_rows(page, "largest") == [["12-34", address, "134,98 ₽", "128,00 ₽", "− 6,98 ₽"]]
    lines = plain_rows(page, "lines")
    assert lines == [["12-34", "Октябрь, холодная вода", "134,98 ₽", "128,00 ₽", "− 6,98 ₽"]]


def test_approval_asks_for_a_sentence_and_counts_once(chief: Client, cheaper: Cast) -> None:
    form = previewed(chief).form("Утвердить исправления")
    refused = form.fill(sentence=" ").submit(status=422)
    assert "Объясните одной фразой" in refused.text
    form.fill(sentence="Цена исправлена").submit()
    form.submit()
    batch = RecalculationBatch.get()
    assert (batch.sentence, batch.approved_by) == ("Цена исправлена", cheaper.olga)
    assert Correction.select().count() == 1
    page = chief.get(DESK)
    assert [row[-2] for row in plain_rows(page, "batches")] == ["Цена исправлена"]
    assert plain_rows(page, "previews")[0][-1] == "утверждён"


def test_approved_preview_cannot_be_approved_again(chief: Client, cheaper: Cast) -> None:
    page = previewed(chief)
    page.form("Утвердить исправления").fill(sentence="Цена исправлена").submit()
    again = chief.get(page.path)
    assert "Утверждено: исправления записаны." in again.plain
    assert "Утвердить исправления" not in again.text


def test_outdated_preview_is_not_approved(chief: Client, cheaper: Cast) -> None:
    form = previewed(chief).form("Утвердить исправления")
    record(SYSTEM, "update", subject=Tariff.get(), at=RUN.at)
    page = form.fill(sentence="Цена исправлена").submit(status=409)
    assert "исправления были бы другими" in page.plain
    assert page.form("Утвердить исправления").fields["sentence"] == ["Цена исправлена"]


def test_batch_is_taken_back_after_a_question(chief: Client, cheaper: Cast) -> None:
    previewed(chief).form("Утвердить исправления").fill(sentence="Цена исправлена").submit()
    page = chief.get(DESK).click("Отменить…")
    assert "Цена исправлена" in page.text
    form = page.form("Отменить")
    assert form.fill(sentence="").submit(status=422).status == 422
    form.fill(sentence="Ошибка в решении").submit()
    assert [str(row.amount) for row in Correction.select()] == ["-6.98", "6.98"]
    assert "Отменить…" not in chief.get(DESK).links
    done = form.fill(sentence="Ещё раз").submit(status=409)
    assert "Нажмите, пожалуйста, ещё раз." in done.plain


def test_preview_on_its_way_says_how_far_it_is(chief: Client, cheaper: Cast) -> None:
    row = make_preview(employee=cheaper.olga, accounts=1500)
    page = chief.get(f"{DESK}{row.id}/")
    assert "Просмотрено лицевых счетов: 1500." in page.plain
    assert plain_rows(chief.get(DESK), "previews")[0][-1] == "считается"


def test_preview_without_a_rate_says_what_is_missing(chief: Client, cheaper: Cast) -> None:
    Tariff.delete().execute()
    page = previewed(chief)
    assert (
        "Тариф (холодная вода, население): на 1 октября 2026 года ничего не задано." in page.plain
    )
    assert plain_rows(chief.get(DESK), "previews")[0][-1] == "не получилось"


def test_accounts_that_stay_as_they_are_are_named(chief: Client, cast: Cast) -> None:
    account = make_account(number="90-1")
    troubles = json.dumps([[account.id, "2026-10", "nobody_known"]])
    row = make_preview(employee=cast.olga, ended_at=RUN.at, troubles=troubles)
    page = chief.get(f"{DESK}{row.id}/")
    assert "остаются как есть: 90-1, октябрь" in page.plain
    assert "Разницы нет." in page.plain


def test_long_list_goes_on_after_an_account(
    chief: Client, cheaper: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalculation_figures, "LINES_A_PAGE", 1)
    page = previewed(chief)
    assert page.click("Дальше").all('.//article[@id="lines"]') == []
    chief.get(f"{page.path}?after=x", status=404)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-10", "2026-09", "Первый месяц не позже последнего"),
        ("2026-09", "2026-10", "Сентябрь ещё не выпущен"),
    ],
)
def test_months_that_cannot_be_are_refused_in_words(
    chief: Client, cheaper: Cast, first: str, last: str, words: str
) -> None:
    form = chief.get(DESK).form("ask")
    form.fields |= {"first": [first], "last": [last]}
    assert words in form.submit(status=422).plain


def test_odd_months_and_rows_are_not_there(chief: Client, cheaper: Cast) -> None:
    key = {"key": "1", "first": "x", "last": "2026-10"}
    chief.post(f"{DESK}ask/", key, status=400)
    for place in ("0", "x", "9" * 20, "batches/7", "batches/x"):
        chief.get(f"{DESK}{place}/", status=404)


def test_without_issued_months_there_is_nothing_to_calculate(chief: Client) -> None:
    page = chief.get(DESK)
    assert "Ещё ни один месяц не выпущен." in text_of(page.find('.//article[@id="ask"]'))


def test_who_only_looks_sees_lists_without_keys(client_as: ClientAs, cheaper: Cast) -> None:
    row = make_preview(employee=cheaper.olga)
    make_recalculation_batch()
    page = client_as(cheaper.rita).get(DESK)
    assert page.all('.//article[@id="ask"]') == []
    assert "Отменить…" not in page.links
    client_as(cheaper.dmitry).get(f"{DESK}{row.id}/", status=403)


def test_form_that_comes_by_get_leads_to_the_desk(chief: Client) -> None:
    assert chief.get(f"{DESK}ask/", status=303).location == DESK


def test_forms_of_an_old_session_are_shown_again(chief: Client, cheaper: Cast) -> None:
    row, batch = make_preview(employee=cheaper.olga, ended_at=RUN.at), make_recalculation_batch()
    for place in ("ask/", f"{row.id}/", f"batches/{batch.id}/"):
        page = chief.post(DESK + place, {"csrf_token": "old"}, csrf=False, status=400)
        assert page.h1
    assert RecalculationPreview.select().count() == 1
