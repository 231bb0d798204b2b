"""Choosing the rows of a list by its columns: several values, from and to, filled or empty."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast
from tests.factories import (
    make_account,
    make_journal_entry,
    make_meter,
    make_meter_possibility,
    make_norm_category,
    make_occupancy,
    make_premises_norm,
    make_premises_quantity,
    make_reading,
)
from tests.page import Client, Page
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.people import Resident
from vodokanal.models.places import QuantityKind
from vodokanal.staff.filters import UnfilteredColumnError, kind_of

MOSCOW = ZoneInfo("Europe/Moscow")
# What a broken or hostile client writes instead of a value.
NONSENSE = ["x", "-1", "9" * 20, "2026-02-30", "31.31.2026", "%27", "NaN", "1e9", "٣", "<b>"]


def first_column(page: Page) -> list[str]:
    """The first cell of every row."""
    return [row[0] for row in page.rows()[1:]] if "<table" in page.html else []


def test_several_values_are_chosen_at_once(chief: Client, cast: Cast) -> None:
    for state in (ReadingState.ASKED, ReadingState.HELD, ReadingState.RECORDED):
        make_reading(make_meter(account=cast.account), period=Period(2026, 11), state=state)
    both = chief.get("/staff/readings/?state=asked&state=held")
    assert len(both.rows()) == 1 + 2
    assert len(chief.get("/staff/readings/?state=asked").rows()) == 1 + 1


def test_rare_values_are_found_among_the_usual(chief: Client, cast: Cast) -> None:
    make_reading(cast.vera_meter, period=Period(2026, 10), source=Source.VISIT)
    assert len(chief.get("/staff/readings/?source=visit").rows()) == 2
    assert len(chief.get("/staff/readings/?source=visit&source=resident").rows()) == 26


def test_month_is_chosen_from_and_until(chief: Client, cast: Cast) -> None:
    page = chief.get("/staff/readings/?period_from=2026-09&period_to=2026-10")
    assert [row[3] for row in page.rows()[1:]] == ["Месяц Октябрь"] * 2 + ["Месяц Сентябрь"] * 2


def test_days_are_chosen_from_and_until_both_included(chief: Client, cast: Cast) -> None:
    for day in (1, 2, 3, 4):
        make_account(number=f"day-{day}", opened_on=date(2026, 3, day))
    page = chief.get("/staff/accounts/?opened_on_from=2026-03-02&opened_on_to=03.03.2026")
    assert first_column(page) == ["day-2", "day-3"]


def test_list_chosen_by_days_stands_in_their_order(chief: Client, cast: Cast) -> None:
    make_account(number="1", opened_on=date(2026, 3, 9))
    make_account(number="2", opened_on=date(2026, 3, 1))
    assert first_column(chief.get("/staff/accounts/?opened_on_from=2026-03-01")) == ["2", "1"]


def test_moments_are_chosen_by_the_days_of_the_utility(chief: Client, cast: Cast) -> None:
    for day, hour in ((2, 23), (3, 0), (3, 23), (4, 0)):
        make_journal_entry(at=datetime(2026, 3, day, hour, 30, tzinfo=MOSCOW))
    page = chief.get("/staff/journal/?at_from=2026-03-03&at_to=2026-03-03")
    assert first_column(page) == ["03.03.2026 00:30", "03.03.2026 23:30"]


def test_open_and_closed_accounts_are_told_apart(chief: Client, cast: Cast) -> None:
    make_account(number="closed", closed_on=date(2026, 3, 1))
    assert first_column(chief.get("/staff/accounts/?closed_on_is=filled")) == ["closed"]
    assert first_column(chief.get("/staff/accounts/?closed_on_is=empty")) == ["12-34", "56-78"]


def test_quantity_is_chosen_from_and_until(chief: Client, cast: Cast) -> None:
    premises = cast.account.premises
    for quantity in (1, 2, 3):
        kind = QuantityKind.LIVESTOCK
        make_premises_quantity(premises=premises, kind=kind, what=f"w{quantity}", quantity=quantity)
    page = chief.get("/staff/premises-quantities/?quantity_from=1,5&quantity_to=2")
    assert [row[2].split()[-1] for row in page.rows()[1:]] == ["w2"]


def test_whole_numbers_are_chosen_from_and_until(chief: Client, cast: Cast) -> None:
    make_occupancy(account=cast.account, registered=5)
    make_occupancy(account=cast.vera_account, registered=2)
    assert first_column(chief.get("/staff/occupancies/?registered_from=3")) == ["12-34"]


def test_yes_and_no_are_chosen(chief: Client, cast: Cast) -> None:
    make_meter_possibility(premises=cast.account.premises)
    make_meter_possibility(
        premises=cast.vera_account.premises, possible=False, act_number="7", act_on=date(2026, 1, 1)
    )
    page = chief.get("/staff/meter-possibilities/?possible=no")
    assert first_column(page) == ["ул. Речная, д.\u00a05, кв.\u00a013"]


def test_row_of_a_small_table_is_chosen_from_a_list(chief: Client, cast: Cast) -> None:
    bath = make_norm_category(name="С ванной")
    make_premises_norm(premises=cast.account.premises, category=bath)
    make_premises_norm(premises=cast.vera_account.premises)
    page = chief.get(f"/staff/premises-norms/?category={bath.id}")
    assert first_column(page) == ["ул. Речная, д.\u00a05, кв.\u00a012"]
    chief.get("/staff/premises-norms/?category=999999", status=400)


def test_choice_stays_in_pages_heads_search_and_form(chief: Client, cast: Cast) -> None:
    for number in range(120):
        make_account(number=f"90-{number}", group=CustomerGroup.BUDGET, opened_on=date(2026, 3, 1))
    chosen = "?group=budget&group=organisation&opened_on_from=2026-01-01"
    page = chief.get(f"/staff/accounts/{chosen}&search=90")
    for words in ("Дальше", "Закрыт"):
        url = page.click(words).response.request.full_path
        for part in ("group=budget", "group=organisation", "opened_on_from=2026-01-01"):
            assert part in url, (words, url)
    again = page.form("Найти").submit("Найти", status=200)
    assert len(again.rows()) == 51
    assert again.find(".//details").get("open") is not None


def test_form_is_closed_while_nothing_is_chosen(chief: Client) -> None:
    page = chief.get("/staff/accounts/")
    assert page.find(".//details").get("open") is None


def test_click_on_a_head_begins_at_the_first_page(chief: Client, cast: Cast) -> None:
    for number in range(60):
        make_account(number=f"n{number}")
    assert "page=" not in chief.get("/staff/accounts/?page=1").links["Номер лицевого счёта"]


@pytest.mark.parametrize("text", NONSENSE)
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("accounts", "opened_on_from"),
        ("accounts", "group"),
        ("accounts", "closed_on_is"),
        ("readings", "period_to"),
        ("journal", "at_from"),
        ("occupancies", "registered_to"),
        ("meter-possibilities", "possible"),
        ("premises-norms", "category"),
    ],
)
def test_nonsense_is_answered_at_its_field(
    chief: Client, cast: Cast, path: str, name: str, text: str
) -> None:
    page = chief.get(f"/staff/{path}/", query_string={name: text}, status=400)
    assert page.find(".//details").get("open") is not None
    assert page.all('.//p[@class="error"]')
    assert "<b>" not in page.html.partition("<details")[2].partition("</details")[0]


def test_nothing_typed_is_lost_beside_a_mistake(chief: Client, cast: Cast) -> None:
    arguments = {"opened_on_from": "вчера", "opened_on_to": "2026-03-01", "search": "речная"}
    page = chief.get("/staff/accounts/", query_string=arguments, status=400)
    fields = page.form("Показать").fields
    assert (fields["opened_on_from"], fields["opened_on_to"]) == (["вчера"], ["2026-03-01"])
    assert fields["search"] == ["речная"]
    assert "День, например 12.11.2026." in page.text


def test_end_before_the_beginning_is_said(chief: Client) -> None:
    chosen = "?opened_on_from=2026-03-02&opened_on_to=2026-03-01"
    assert "Конец раньше начала." in chief.get(f"/staff/accounts/{chosen}", status=400).text


@pytest.mark.parametrize("number", ["9" * 15, "0", "999999999999,99"])
def test_number_that_no_column_holds_finds_nothing_and_breaks_nothing(
    chief: Client, cast: Cast, number: str
) -> None:
    make_premises_quantity(premises=cast.account.premises)
    page = chief.get(f"/staff/premises-quantities/?quantity_from={number}")
    assert len(page.rows()) == 2 if number == "0" else "Ничего не нашлось." in page.text


def test_text_column_has_no_filter() -> None:
    with pytest.raises(UnfilteredColumnError, match="search_text"):
        kind_of(Resident.search_text)
