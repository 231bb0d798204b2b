"""With the resident's eyes: asked for with a reason, one account, only to read, for half an hour."""

from __future__ import annotations

import pytest

from tests.cast import COLD_NEXT, Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.ledgers import charge, issue
from tests.page import Client, Page
from vodokanal.billing.periods import Period
from vodokanal.models.looks import Look, LookReason
from vodokanal.models.readings import Submission
from vodokanal.operations.looks import LONGEST_LOOK

LOOK, HOME = "/staff/accounts/1234/look/", "/personal/12-34/"
BAND = "Вы смотрите глазами жителя"
PAGES = ("", "readings/", "meters/", "balance/", "receipts/", "more/", "receipts/2026-10/")


def look(client: Client, reason: str = "позвонил") -> Page:
    return client.get(LOOK).form(reason or "Полчаса").submit(reason)


def test_reason_is_asked_with_three_buttons(office: Client) -> None:
    page = office.get("/staff/accounts/1234").click("Глазами жителя")
    buttons = [each.text for each in page.form("позвонил").element.iter("button")]
    assert buttons == ["позвонил", "пришёл", "проверка"]
    for reason in ("", "любопытство"):
        office.post(LOOK, {"reason": reason}, status=422)
    assert not Look.select().exists()


def test_every_page_of_the_account_is_seen_with_the_band(office: Client, cast: Cast) -> None:
    charge(cast.account, Period(2026, 10), "100")
    issue(Period(2026, 10), cast.account)
    page = look(office).follow()
    assert (page.path, BAND in page.plain) == (HOME, True)
    for path in PAGES:
        assert BAND in office.get(f"{HOME}{path}").plain, path
    for path in ("receipts/2026-10.pdf", "statement.pdf?from=2026-09&to=2026-10"):
        assert office.get(f"{HOME}{path}").response.mimetype == "application/pdf"


def test_look_shows_what_the_resident_sees_and_nothing_of_the_residents_own(
    office: Client, client_as: ClientAs, cast: Cast
) -> None:
    look(office)
    theirs, ours = client_as(cast.anna).get(f"{HOME}meters/"), office.get(f"{HOME}meters/")
    assert "передали вы" not in ours.plain
    assert [row[0] for row in ours.rows()] == [row[0] for row in theirs.rows()]
    office.get("/personal/", status=403)


def test_nothing_is_sent_during_a_look(office: Client, cast: Cast) -> None:
    look(office)
    form = office.get(f"{HOME}readings/").form("Передать")
    page = form.fill_in({f"meter-{cast.cold.id}": COLD_NEXT}).submit(status=403)
    assert page.h1 == "Здесь можно только смотреть"
    assert page.links["К карточке счёта"] == "/staff/accounts/1234"
    assert "Позвоните" not in page.plain
    assert not Submission.select().where(Submission.period == Period(2026, 11)).exists()
    office.post(f"{HOME}answers/1", {"value": "1"}, status=403)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/personal/56-78/", "К карточке счёта"),
        ("/personal/56-78/readings/", "Смотреть ещё раз"),
        (f"/personal/{'1' * 40}/", "На рабочее место"),
    ],
)
def test_look_opens_no_other_account(office: Client, path: str, words: str) -> None:
    look(office)
    assert words in office.get(path, status=403).plain


def test_nobody_else_looks_along(office: Client, client_as: ClientAs, cast: Cast) -> None:
    look(office)
    for person in (cast.galina, cast.olga, cast.rita):
        client_as(person).get(HOME, status=403)


@pytest.mark.parametrize("name", ["kirill", "rita"])
def test_look_needs_its_permission(client_as: ClientAs, cast: Cast, name: str) -> None:
    client = client_as(getattr(cast, name))
    client.post(LOOK, {"reason": "called"}, status=403)
    Look.create(
        account=cast.account,
        employee=getattr(cast, name),
        sign_in_id=1,
        reason=LookReason.CHECK,
        began_at=cast.anna.created_at,
        ends_at=cast.anna.created_at + LONGEST_LOOK,
    )
    client.get(HOME, status=403)


def test_look_ends_by_its_button(office: Client) -> None:
    page = look(office).follow()
    assert page.form("Вернуться").submit().location == "/staff/accounts/12-34"
    office.get(HOME, status=403)
    office.post(f"{LOOK}end/", {})


def test_look_ends_by_itself(office: Client, clock: Clock) -> None:
    look(office)
    Look.update(ends_at=Look.began_at).execute()
    page = office.get(HOME, status=403)
    assert page.h1 == "Сейчас вы не смотрите глазами жителя"
    assert [
        words for words in ("другим именем", "Позвоните", "будете звонить") if words in page.plain
    ] == []
    assert page.click("Смотреть ещё раз").path == LOOK
    page = office.post(f"{HOME}readings/", {}, status=403)
    assert page.click("К карточке счёта").path == "/staff/accounts/1234"


def test_resident_has_no_band(client_as: ClientAs, office: Client, cast: Cast) -> None:
    look(office)
    assert BAND not in client_as(cast.anna).get(HOME).plain


def test_unknown_account_is_not_looked_into(office: Client) -> None:
    office.get("/staff/accounts/7777/look/", status=404)
    office.post("/staff/accounts/7777/look/end/", {}, status=404)


def test_stale_token_asks_for_the_reason_again(office: Client) -> None:
    page = office.post(LOOK, {"reason": "called", "csrf_token": "stale"}, csrf=False, status=400)
    assert "проверка" in page.text
