"""Every table of the admin: its list, its rows, what its address may carry."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.factories import make_account, make_house, make_premises
from tests.page import Client
from tests.staff.rows import PATHS, READ_ONLY, TEXTS, WITHOUT_EDITING, newest, populate, table_at
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.models.places import District

HOSTILE = "<b>\"'><script>alert(1)</script><img src=x onerror=alert(2)>"
# What must differ in a second row that is otherwise alike.
UNIQUE: dict[str, dict[str, object]] = {
    "export-columns": {"position": 41},
    "accounts": {"number": "90-9", "number_key": "909"},
    "residents": {"login": "somebody"},
    "employees": {"login": "somebody"},
    "roles": {"code": "somebody"},
    "window-extensions": {"period": Period(2026, 12)},
    "days-off": {"on": date(2021, 1, 1)},
    "meter-possibilities": {"starts_on": date(2021, 1, 1)},
    "access-refusals": {"starts_on": date(2021, 1, 1), "ends_on": date(2021, 1, 2)},
    "house-readings": {"period": Period(2026, 9)},
    "meter-checks": {"checked_on": date(2026, 10, 21)},
}
MOST_STATEMENTS = 8
TWENTY = "9" * 20
# What a hostile or broken client writes into an address.
ARGUMENTS = [
    f"?page={TWENTY}",
    "?page=-1",
    "?page=999999999",
    "?page=x",
    f"?sort={TWENTY}",
    "?sort=99",
    "?sort=2&desc=1",
    "?sort=-1",
    "?desc=x",
    "?page_size=0",
    "?search=%00",
    "?search=%25%5F%5C",
    "?search=" + "%D0%96" * 300,
    "?endpoint=x&self=y&_scheme=javascript&_external=1&_anchor=z&_method=POST",
    "?flt0_0=x&flt0_0=y&flt1_99=z",
    "?url=http://[",
    "?url=//evil.example/",
    "?url=/staff/%0d%0aSet-Cookie:a=b",
    "?account=x&house=&meter=-1&premises=0x1",
    f"?account={TWENTY}&district={TWENTY}",
    "?account=999999&district=999999&house=999999&meter=999999&resident=999999&premises=999999",
    "?state=nonsense&kind=nonsense&source=nonsense",
    "?table=account&row=x",
    "?table=nonsense&row=1",
    "?id=1&id=2",
]


@pytest.fixture(autouse=True)
def _rows(cast: Cast) -> None:
    populate(cast)


@pytest.mark.parametrize("path", PATHS)
def test_list_is_shown_in_few_statements(chief: Client, path: str) -> None:
    with statements() as seen:
        page = chief.get(f"/staff/{path}/")
    assert len(page.rows()) > 1
    assert len(seen) <= MOST_STATEMENTS, "\n".join(seen)


@pytest.mark.parametrize("path", PATHS)
def test_row_has_a_page_of_its_own(chief: Client, path: str) -> None:
    chief.get(f"/staff/{path}/details/?id={newest(path).id}")


@pytest.mark.parametrize("path", [each for each in PATHS if each not in WITHOUT_EDITING])
def test_row_has_a_form_that_saves_what_it_shows(chief: Client, path: str) -> None:
    row = newest(path)
    before = dict(row.__data__)
    page = chief.get(f"/staff/{path}/edit/?id={row.id}")
    page.form("Сохранить").submit("Сохранить").follow()
    assert newest(path).__data__ == before


@pytest.mark.parametrize("path", [each for each in PATHS if each not in READ_ONLY])
def test_empty_form_says_what_it_needs(chief: Client, path: str) -> None:
    form = chief.get(f"/staff/{path}/new/").form("Сохранить")
    for name in form.fields:
        if name not in {"csrf_token", "key", "seen"}:
            form.fields[name] = [""]
    count = table_at(path).select().count()
    assert "Заполните это поле." in form.submit(status=422).text
    assert table_at(path).select().count() == count


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.slow("every argument of the corpus is sent")
def test_no_argument_of_an_address_breaks_a_table(chief: Client, path: str) -> None:
    pages = ["", "details/", "edit/", "new/", "ajax/lookup/"]
    wrong = []
    for page in pages:
        for arguments in ARGUMENTS:
            answer = chief.browser.get(f"/staff/{path}/{page}{arguments}")
            if answer.status_code not in {200, 400, 404}:
                wrong.append((page, arguments, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("id_text", ["", "0", "x", "-1", "1.0", "١", "%31%00", "999999", TWENTY])
@pytest.mark.parametrize("page", ["edit", "details"])
def test_row_that_is_not_there_is_not_found(chief: Client, page: str, id_text: str) -> None:
    answer = chief.browser.get(f"/staff/districts/{page}/?id={id_text}")
    assert answer.status_code in {400, 404}


@pytest.mark.parametrize("path", PATHS)
def test_nothing_can_be_deleted_or_taken_away(chief: Client, path: str) -> None:
    row = newest(path)
    for page in ("delete", "action", "ajax/update", "export/csv"):
        data = {"id": row.id, "rowid": row.id, "action": "delete", "list_form_pk": row.id}
        chief.post(f"/staff/{path}/{page}/", data, status=404)
        chief.get(f"/staff/{path}/{page}/", status=404)
    assert newest(path) == row


@pytest.mark.parametrize("path", [path for path, names in TEXTS.items() if names])
def test_markup_in_a_text_is_shown_as_text(chief: Client, path: str) -> None:
    row = newest(path)
    limits = {name: getattr(row._meta.fields[name], "max_length", None) for name in TEXTS[path]}
    texts = {name: HOSTILE[:limit] for name, limit in limits.items()}
    row = type(row).create(**{**row.__data__, "id": None, **UNIQUE.get(path, {}), **texts})
    pages = ["", f"details/?id={row.id}"]
    pages += [] if path in WITHOUT_EDITING else [f"edit/?id={row.id}"]
    for page in pages:
        html = chief.get(f"/staff/{path}/{page}").html
        assert "<b>" not in html.partition("<main")[2]
        assert "<script>alert" not in html


def test_search_knows_neither_case_nor_yo(chief: Client, cast: Cast) -> None:
    house = make_house(street="ул. Берёзовая", number="7")
    make_account(number="90-1", premises=make_premises(house=house, flat="3"))
    for words in ("БЕРЕЗОВАЯ 7", "берёзовая, д. 7, кв. 3", "90-1", "9 0"):
        page = chief.get("/staff/accounts/", query_string={"search": words})
        assert "90-1" in page.text, words


def test_search_takes_percent_signs_as_they_are(chief: Client) -> None:
    assert "Ничего не нашлось" in chief.get("/staff/houses/?search=%25").text


def test_list_goes_on_on_further_pages_without_repeating(chief: Client) -> None:
    for number in range(60):
        District.create(name=f"Район {number:02}")
    first = chief.get("/staff/districts/?search=")
    second = first.click("Дальше")
    rows = [row[0] for row in first.rows()[1:] + second.rows()[1:]]
    assert (len(first.rows()) - 1, len(rows)) == (50, District.select().count())
    assert rows == sorted(rows)
    assert "Дальше" not in second.text


def test_click_on_a_head_sorts_by_it_and_back(chief: Client) -> None:
    for name in ("Альфа", "Бета", "Яма"):
        District.create(name=name)
    rising = chief.get("/staff/districts/").click("Название")
    falling = rising.click("Название")
    names = [row[0] for row in falling.rows()[1:]]
    assert names == sorted(names, reverse=True)
    assert [row[0] for row in rising.rows()[1:]] == sorted(names)


def test_list_about_one_row_shows_only_its_own(chief: Client, cast: Cast) -> None:
    page = chief.get(f"/staff/holders/?account={cast.account.id}")
    assert [row[0] for row in page.rows()[1:]] == ["Иванова Анна Петровна"]
    assert "Только: 12-34" in page.text
    assert page.click("показать все").rows() != page.rows()


def test_list_is_narrowed_to_a_value(chief: Client, cast: Cast) -> None:
    page = chief.get("/staff/meters/?kind=hot")
    assert [row[0] for row in page.rows()[1:]] == [str(cast.hot.serial)]


def test_form_of_a_new_row_knows_what_the_list_was_about(chief: Client, cast: Cast) -> None:
    page = chief.get(f"/staff/holders/?account={cast.account.id}").click("Новый плательщик")
    assert page.form("Сохранить").fields["account_id"] == [str(cast.account.id)]


def test_row_leads_to_the_lists_about_it(chief: Client, cast: Cast) -> None:
    page = chief.get(f"/staff/accounts/details/?id={cast.account.id}")
    assert page.click("Доступ к счетам").path == "/staff/accesses/"
