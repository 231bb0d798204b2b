"""The question about a doubtful reading, asked large, once, with nothing lost by leaving."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.cast import ACCOUNT, HOT_NEXT, Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import make_reading
from tests.page import Client, Page
from vodokanal.billing.findings import LowerThanPrevious, findings_to_json
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.volumes import cubic_metres
from vodokanal.models.readings import Reading
from vodokanal.models.signins import SignIn

CABINET = f"/personal/{ACCOUNT}/"
URL = f"{CABINET}readings/"
# A digit short of 161,2.
DOUBTFUL = "16,2"


def send(client: Client, cast: Cast, cold: str = DOUBTFUL, hot: str = HOT_NEXT) -> Page:
    typed = {f"meter-{cast.cold.id}": cold, f"meter-{cast.hot.id}": hot}
    return client.get(URL).form(URL).fill_in(typed).submit().follow()


def cold_states(cast: Cast) -> list[tuple[str, str]]:
    query = Reading.select().where(Reading.meter == cast.cold, Reading.period == Period(2026, 11))
    return [(f"{each.value}", each.state.value) for each in query.order_by(Reading.id)]


def test_question_comes_first_and_the_other_meter_is_safe(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast)
    assert page.heading == "Одно приняли, об одном спросим"
    assert "Оба показания сохранены 12 ноября в 10:42." in page.plain
    assert "Вы ввели 16,200. Это меньше, чем было 15 октября: 158,000." in page.plain
    assert "Похоже, пропущена цифра. Вы имели в виду" in page.plain
    assert "За месяц 2,100 м³ — как обычно." in page.plain
    assert "день приёма уже засчитан — 12 ноября." in page.plain


def test_yes_corrects_to_the_number_meant(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast)
    done = page.forms[1].submit("Да, ").follow()
    assert done.heading == "Показания приняты"
    assert cold_states(cast) == [("16.200", "replaced"), ("161.200", "accepted")]


def test_no_keeps_a_lower_value_for_staff_to_decide(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast)
    done = page.forms[2].submit("Нет, на").follow()
    assert done.heading == "Показания получены"
    assert "Сотрудник посмотрит и решит, как его учесть." in done.plain
    assert cold_states(cast) == [("16.200", "held")]


def test_another_number_is_judged_again(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast)
    page.forms[3].fill(value="161,7").submit().follow()
    assert cold_states(cast) == [("16.200", "replaced"), ("161.700", "accepted")]


def test_unreadable_other_number_stays_in_its_field(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast)
    again = page.forms[3].fill(value="16l,7").submit(status=422)
    assert "Здесь «l» вместо цифры 1." in again.plain
    assert again.forms[3].fields["value"] == ["16l,7"]
    assert again.find(".//details").get("open") is not None
    assert cold_states(cast) == [("16.200", "asked")]


def test_empty_other_number_asks_for_digits(client_as: ClientAs, cast: Cast) -> None:
    again = send(client_as(cast.anna), cast).forms[3].submit(status=422)
    assert "Введите цифры, которые показывает счётчик." in again.plain


def test_far_above_the_usual_is_asked_without_a_guess(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast, cold="199,5")
    assert "Получается 41,500 м³, а обычно за это время около" in page.plain
    assert "Посмотрите на счётчик ещё раз." in page.plain
    page.forms[2].submit("199,500")
    assert cold_states(cast) == [("199.500", "accepted")]


def test_second_answer_changes_nothing(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast)
    page.forms[1].submit()
    late = page.forms[2].submit(status=409)
    assert "сейчас учтено другое число: 161,200" in late.plain
    assert cold_states(cast) == [("16.200", "replaced"), ("161.200", "accepted")]


def test_same_answer_twice_is_one_answer(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast)
    first, second = page.forms[1].submit(), page.forms[1].submit()
    assert first.location == second.location
    assert len(cold_states(cast)) == 2


def test_same_form_with_another_answer_is_asked_again(client_as: ClientAs, cast: Cast) -> None:
    form = send(client_as(cast.anna), cast).forms[3]
    form.fill(value="16l").submit(status=422)
    form.fill(value="161,7").submit()
    page = form.fill(value="161,8").submit(status=409)
    assert "Ответьте, пожалуйста, ещё раз." in page.plain


def test_answer_without_a_key_is_asked_again(client_as: ClientAs, cast: Cast) -> None:
    form = send(client_as(cast.anna), cast).forms[1]
    form.without("key").submit(status=400)
    assert cold_states(cast) == [("16.200", "asked")]


def test_stale_token_keeps_the_other_number(client_as: ClientAs, cast: Cast) -> None:
    form = send(client_as(cast.anna), cast).forms[3].fill(value="161,7")
    form.fields["csrf_token"] = ["stale"]
    page = form.submit(status=400)
    assert page.forms[3].fields["value"] == ["161,7"]


def test_unanswered_question_stands_on_top_of_the_next_visit(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    client = client_as(cast.anna)
    send(client, cast)
    clock.at("2026-12-03T09:00")
    page = client.get(CABINET)
    assert page.heading == "Есть вопрос о показании"
    assert "12 ноября вы ввели 16,200." in page.plain
    assert "12 ноября вы ввели 16,200." in client.get(URL).plain


def test_answer_is_taken_after_the_window(client_as: ClientAs, cast: Cast, clock: Clock) -> None:
    client = client_as(cast.anna)
    send(client, cast)
    clock.at("2026-11-25T09:00")
    client.get(URL).forms[1].submit("Да, ")
    assert cold_states(cast)[-1] == ("161.200", "accepted")


def test_question_about_a_removed_meter_can_be_confirmed(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    client = client_as(cast.anna)
    send(client, cast)
    cast.cold.removed_on = clock.now.date()
    cast.cold.save()
    clock.at("2026-11-25T09:00")
    page = client.get(CABINET)
    refused = page.forms[1].submit("Да, ", status=409)
    assert "Этот счётчик с тех пор сняли." in refused.plain
    client.get(CABINET).forms[2].submit("Нет, на")
    assert cold_states(cast) == [("16.200", "held")]


def test_reading_noted_by_telephone_is_asked_about_too(client_as: ClientAs, cast: Cast) -> None:
    make_reading(
        cast.cold,
        period=Period(2026, 11),
        value="15",
        state=ReadingState.ASKED,
        source="telephone",
        received_at=datetime(2026, 11, 11, tzinfo=UTC),
        findings=findings_to_json([LowerThanPrevious(cubic_metres("158"))]),
    )
    assert "15 ноября записано: 15,000." in client_as(cast.anna).get(URL).plain


def test_question_of_a_stranger_is_not_there(client_as: ClientAs, cast: Cast) -> None:
    send(client_as(cast.anna), cast)
    asked = Reading.get(Reading.state == ReadingState.ASKED)
    stranger = client_as(cast.vera)
    stranger.post(f"/personal/56-78/answers/{asked.id}", {"key": "k"}, status=404)
    stranger.post(f"/personal/{ACCOUNT}/answers/{asked.id}", {"key": "k"}, status=404)
    stranger.post("/personal/56-78/answers/99999999999999999999", {"key": "k"}, status=404)
    assert cold_states(cast) == [("16.200", "asked")]


def test_answer_after_the_session_ended_is_asked_again(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    form = send(client, cast).forms[3].fill(value="161,7")
    SignIn.update(ended_at=datetime.now(UTC)).execute()
    door = form.submit()
    assert "/answers/" in door.location
    client.signed_in_as(cast.anna)
    again = client.get(door.location.partition("next=")[2])
    assert again.forms[3].fields["value"] == ["161,7"]
    again.forms[3].submit()
    assert cold_states(cast) == [("16.200", "replaced"), ("161.700", "accepted")]
