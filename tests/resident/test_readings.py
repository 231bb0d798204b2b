"""Sending readings: the form, what is said back, and what is never lost."""

from __future__ import annotations

from datetime import date

from tests.cast import ACCOUNT, COLD_NEXT, HOT_NEXT, Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import make_access, make_extension, make_meter, make_reading, make_setting
from tests.page import Client, Page
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.models.readings import Reading

URL = f"/personal/{ACCOUNT}/readings/"
NOVEMBER = Period(2026, 11)


def november() -> list[tuple[str, str]]:
    """What is kept for November: values and states, in order of arrival."""
    query = Reading.select().where(Reading.period == NOVEMBER).order_by(Reading.id)
    return [(f"{each.value}", each.state.value) for each in query]


def send(client: Client, cast: Cast, cold: str = "", hot: str = "", *, status: int = 303) -> Page:
    """Opens the form, types and presses the button."""
    typed = {f"meter-{cast.cold.id}": cold, f"meter-{cast.hot.id}": hot}
    return client.get(URL).form(URL).fill_in(typed).submit(status=status)


def field_of(page: Page, cast: Cast) -> str:
    """What stands in the field of the cold meter."""
    return page.find(f".//input[@name='meter-{cast.cold.id}']").get("value") or ""


def test_form_shows_each_dial_as_it_was(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.anna).get(URL)
    assert page.heading == "Показания за ноябрь"
    assert "Так было 15 октября: 00158,000 — передали в кабинете" in page.plain
    assert "Все восемь цифр подряд: 00000,000" in page.plain
    assert "счётчик № 00054321" in page.plain


def test_previous_reading_says_who_gave_it(client_as: ClientAs, cast: Cast) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="160", source=Source.OFFICE)
    assert "00160,000 — в офисе" in client_as(cast.anna).get(f"{URL}?change=1").plain


def test_reading_of_another_resident_is_not_said_to_be_mine(
    client_as: ClientAs, cast: Cast
) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="160", resident=cast.anna)
    shown = {
        person.login: client_as(person).get(f"{URL}?change=1").plain
        for person in (cast.anna, cast.boris)
    }
    assert "00160,000 — передали вы" in shown["anna"]
    assert "00160,000 — передали в кабинете" in shown["boris"]


def test_clean_readings_are_accepted_in_one_click(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast, COLD_NEXT, HOT_NEXT).follow()
    assert page.heading == "Показания приняты"
    assert november() == [("161.200", "accepted"), ("105.700", "accepted")]


def test_one_meter_may_be_sent_without_the_other(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    send(client, cast, COLD_NEXT)
    page = client.get(URL)
    assert [each for each, _ in november()] == ["161.200"]
    assert page.all(f".//input[@name='meter-{cast.hot.id}']")
    assert not page.all(f".//input[@name='meter-{cast.cold.id}']")
    assert "За месяц 3,200 м³ — как обычно." in page.plain


def test_typed_in_a_row_it_is_read_as_the_display(client_as: ClientAs, cast: Cast) -> None:
    send(client_as(cast.anna), cast, "00161200")
    assert november() == [("161.200", "accepted")]


def test_sent_month_offers_only_proof_and_correction(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    send(client, cast, COLD_NEXT, HOT_NEXT)
    page = client.get(URL)
    assert page.heading == "Показания за ноябрь приняты"
    assert not page.all(".//input[@type='text']")
    assert {"Показать подтверждение", "Исправить показания"} <= page.links.keys()


def test_correction_replaces_and_keeps_the_earlier_value(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    send(client, cast, COLD_NEXT)
    form = client.get(URL).click("Исправить показания").form(URL)
    form.fill_in({f"meter-{cast.cold.id}": "161,5"}).submit()
    assert november() == [("161.200", "replaced"), ("161.500", "accepted")]


def test_refusal_stands_beside_its_field_and_nothing_is_lost(
    client_as: ClientAs, cast: Cast
) -> None:
    page = send(client_as(cast.anna), cast, "16l,2", HOT_NEXT, status=422)
    assert "Здесь «l» вместо цифры 1. Введите только цифры." in page.plain
    assert field_of(page, cast) == "16l,2"
    assert page.find(f".//input[@name='meter-{cast.hot.id}']").get("value") == HOT_NEXT
    assert november() == []


def test_two_refusals_are_listed_on_top(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast, "1,2,3", "-5", status=422)
    assert f"#meter-{cast.cold.id}" in page.links.values()
    assert "Горячая вода: Счётчик не показывает меньше нуля." in page.plain


def test_form_keeps_its_key_after_a_refusal(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    form = client.get(URL).form(URL)
    key = form.fields["key"]
    refused = form.fill_in({f"meter-{cast.cold.id}": "abc"}).submit(status=422)
    assert refused.form(URL).fields["key"] == key


def test_nothing_typed_asks_for_one_reading(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast, " ", "", status=422)
    assert "Введите хотя бы одно показание." in page.plain


def test_same_form_sent_twice_gives_the_same_proof(client_as: ClientAs, cast: Cast) -> None:
    form = client_as(cast.anna).get(URL).form(URL).fill_in({f"meter-{cast.cold.id}": COLD_NEXT})
    first, second = form.submit(), form.submit()
    assert first.location == second.location
    assert november() == [("161.200", "accepted")]


def test_same_form_with_other_figures_is_asked_about(client_as: ClientAs, cast: Cast) -> None:
    form = client_as(cast.anna).get(URL).form(URL).fill_in({f"meter-{cast.cold.id}": COLD_NEXT})
    form.submit()
    page = form.fill_in({f"meter-{cast.cold.id}": "161,4"}).submit(status=409)
    assert "Эту форму уже отправляли с другими числами." in page.plain
    assert field_of(page, cast) == "161,4"
    page.form(URL).submit()
    assert november() == [("161.200", "replaced"), ("161.400", "accepted")]


def test_form_without_a_key_is_shown_again(client_as: ClientAs, cast: Cast) -> None:
    form = client_as(cast.anna).get(URL).form(URL).fill_in({f"meter-{cast.cold.id}": COLD_NEXT})
    page = form.without("key").submit(status=400)
    assert field_of(page, cast) == COLD_NEXT
    page.form(URL).submit()
    assert november() == [("161.200", "accepted")]


def test_window_that_closed_while_typing_loses_nothing_silently(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    form = client_as(cast.anna).get(URL).form(URL).fill_in({f"meter-{cast.cold.id}": COLD_NEXT})
    clock.at("2026-11-21T00:00")
    page = form.submit(status=409)
    assert page.heading == "Показания снова примем с 10 декабря"
    assert "эти числа не сохранены" in page.plain


def test_last_second_of_the_window_counts(client_as: ClientAs, cast: Cast, clock: Clock) -> None:
    form = client_as(cast.anna).get(URL).form(URL).fill_in({f"meter-{cast.cold.id}": COLD_NEXT})
    clock.at("2026-11-20T23:59:59.999999")
    form.submit()
    assert november() == [("161.200", "accepted")]


def test_retry_after_the_window_gives_the_original_proof(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    form = client_as(cast.anna).get(URL).form(URL).fill_in({f"meter-{cast.cold.id}": COLD_NEXT})
    first = form.submit()
    clock.at("2026-11-21T00:00:01")
    assert form.submit().location == first.location


def test_extended_window_says_why(client_as: ClientAs, cast: Cast, clock: Clock) -> None:
    make_extension(ends_on=date(2026, 11, 25))
    clock.at("2026-11-23T09:00")
    page = client_as(cast.anna).get(URL)
    assert "Приём продлён из-за праздников" in page.plain
    assert "Передайте до 25 ноября." in page.plain


def test_early_readings_may_be_kept_for_the_next_month(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    make_setting("outside_window", "next_period")
    clock.at("2026-11-23T09:00")
    client = client_as(cast.anna)
    assert "зачтём за декабрь" in client.get(URL).plain
    assert send(client, cast, COLD_NEXT).follow().heading == "Показания приняты"
    assert Reading.select().where(Reading.period == Period(2026, 12)).count() == 1


def test_whole_cubic_metres_hide_the_litres(client_as: ClientAs, cast: Cast) -> None:
    make_setting("whole_cubic_metres", "yes")
    client = client_as(cast.anna)
    assert "Достаточно чёрных цифр: 00000" in client.get(URL).plain
    send(client, cast, "161,9")
    assert november() == [("161.000", "accepted")]


def test_overdue_meter_says_what_is_charged_instead(client_as: ClientAs, cast: Cast) -> None:
    cast.cold.verify_by = date(2026, 3, 3)
    cast.cold.save()
    client = client_as(cast.anna)
    assert "Срок поверки прошёл 3 марта." in client.get(URL).plain
    page = send(client, cast, COLD_NEXT).follow()
    assert page.heading == "Показания получены"
    assert "учтём после поверки" in page.plain
    assert november() == [("161.200", ReadingState.RECORDED.value)]


def test_silence_has_a_price(client_as: ClientAs, cast: Cast) -> None:
    text = client_as(cast.anna).get(URL).plain
    assert "Если не передать до 20 ноября, посчитаем по вашему среднему за полгода" in text
    assert "холодная вода — 3,3 м³, горячая вода — 1,9 м³" in text


def test_long_silence_costs_the_norm(client_as: ClientAs, cast: Cast, clock: Clock) -> None:
    clock.at("2027-02-12T10:00")
    assert "посчитаем по нормативу." in client_as(cast.anna).get(URL).plain


def test_new_meter_starts_from_its_initial_reading(client_as: ClientAs, cast: Cast) -> None:
    text = client_as(cast.vera).get("/personal/56-78/readings/").plain
    assert "Так было при установке 1 января 2020 года: 00000,000" in text


def test_account_without_meters_has_nothing_to_send(client_as: ClientAs, cast: Cast) -> None:
    cast.vera_meter.removed_on = date(2026, 11, 1)
    cast.vera_meter.save()
    page = client_as(cast.vera).get("/personal/56-78/readings/")
    assert "По этому адресу счётчиков нет" in page.plain
    assert not page.all(".//input[@type='text']")


def test_seven_meters_are_seven_fields(client_as: ClientAs, cast: Cast) -> None:
    for number in range(5):
        make_meter(account=cast.account, serial=f"9{number}", place=f"узел {number}")
    page = client_as(cast.anna).get(URL)
    assert len(page.all(".//input[@type='text']")) == 7


def test_removed_meter_is_not_asked_for(client_as: ClientAs, cast: Cast) -> None:
    make_meter(account=cast.account, serial="старый", removed_on=date(2026, 11, 1))
    assert "старый" not in client_as(cast.anna).get(URL).plain


def test_meter_of_a_stranger_is_not_there(client_as: ClientAs, cast: Cast) -> None:
    form = client_as(cast.anna).get(URL).form(URL)
    form.fields[f"meter-{cast.vera_meter.id}"] = ["5"]
    assert form.submit(status=404).heading
    assert november() == []


def test_account_of_a_stranger_is_not_there(client_as: ClientAs, cast: Cast) -> None:
    assert client_as(cast.vera).get(URL, status=404).heading == (
        client_as(cast.vera).get("/personal/99-99/readings/", status=404).heading
    )


def test_revoked_access_is_no_access(client_as: ClientAs, cast: Cast, clock: Clock) -> None:
    access = make_access(resident=cast.vera, account=cast.account, revoked_at=clock.now)
    assert access.revoked_at is not None
    client_as(cast.vera).get(URL, status=404)


def test_number_may_be_typed_with_spaces(client_as: ClientAs, cast: Cast) -> None:
    assert client_as(cast.anna).get("/personal/12 34/readings/").heading == "Показания за ноябрь"


def test_visitor_signs_in_first_and_what_was_typed_waits(visitor: Client, cast: Cast) -> None:
    typed = {f"meter-{cast.cold.id}": COLD_NEXT, "key": "k1"}
    page = visitor.post(URL, typed)
    assert page.location == f"/login?next=/personal/{ACCOUNT}/readings/"
    again = visitor.signed_in_as(cast.anna).get(URL)
    assert field_of(again, cast) == COLD_NEXT
    assert november() == []
