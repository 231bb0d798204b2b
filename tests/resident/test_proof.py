"""The proof: number, moment, drums, words, a code that a stranger can check."""

from __future__ import annotations

import base64
from datetime import date

import zxingcpp

from tests.cast import ACCOUNT, COLD_NEXT, HOT_NEXT, Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.formats.test_qr_codes import pixels_of
from tests.page import Client, Page
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Submission

URL = f"/personal/{ACCOUNT}/readings/"


def send(client: Client, cast: Cast, cold: str = COLD_NEXT, hot: str = HOT_NEXT) -> Page:
    typed = {f"meter-{cast.cold.id}": cold, f"meter-{cast.hot.id}": hot}
    return client.get(f"{URL}?change=1").form(URL).fill_in(typed).submit().follow()


def test_proof_says_back_what_was_understood(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast)
    sent = Submission.select().order_by(Submission.id.desc()).get()
    assert page.heading == "Показания приняты"
    assert f"№ {sent.number} · 12 ноября в 10:42" in page.plain
    assert "ул. Речная, д. 5, кв. 12 · счёт 12-34" in page.plain
    assert "161 кубометр 200 литров." in page.plain
    assert "За месяц 3 кубометра 200 литров — как обычно." in page.plain


def test_drums_are_read_once(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast)
    drums = page.find(".//div[@class='drums']")
    assert "".join(drums.itertext()) == "00161,200"
    assert drums.get("aria-hidden") == "true"


def test_what_happens_next_is_only_what_is_known(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast)
    assert "До 20 ноября" in page.plain
    assert "показания войдут в начисления за ноябрь" in page.plain
    assert "₽" not in page.plain


def test_square_leads_to_the_check_of_its_code(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast)
    source = page.find(".//img[@width='111']").get("src") or ""
    width, grey = pixels_of(base64.b64decode(source.partition(",")[2]))
    (found,) = zxingcpp.read_barcodes(memoryview(grey).cast("B", (width, width)))
    sent = Submission.select().order_by(Submission.id.desc()).get()
    assert found.text == f"http://localhost/check/{sent.code}"


def test_closed_window_takes_the_correction_away(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    client = client_as(cast.anna)
    path = send(client, cast).path
    assert "Исправить показания" in client.get(path).links
    clock.at("2026-11-21T00:00")
    page = client.get(path)
    assert "Исправить показания" not in page.links
    assert "Что дальше" not in page.plain


def test_gap_of_months_is_not_called_a_month(client_as: ClientAs, cast: Cast, clock: Clock) -> None:
    clock.at("2027-01-12T10:00")
    page = send(client_as(cast.anna), cast, cold="168", hot="110")
    assert "С 15 октября 2026 года 10 кубометров." in page.plain


def test_less_water_is_called_less(client_as: ClientAs, cast: Cast) -> None:
    page = send(client_as(cast.anna), cast, cold="159,2", hot="110")
    assert "За месяц 1 кубометр 200 литров — меньше, чем в октябре." in page.plain
    assert "За месяц 6 кубометров 400 литров — больше, чем в октябре." in page.plain


def test_corrected_submission_says_so(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    first = send(client, cast).path
    send(client, cast, "161,3", "105,8")
    page = client.get(first)
    assert page.heading == "Эти показания потом исправили"
    assert "Их заменили более поздние показания за тот же месяц." in page.plain


def test_rollover_is_known(client_as: ClientAs, cast: Cast) -> None:
    Meter.update(initial_reading="99998.5").where(Meter.id == cast.vera_meter.id).execute()
    client = client_as(cast.vera)
    form = client.get("/personal/56-78/readings/").form("readings")
    page = form.fill_in({f"meter-{cast.vera_meter.id}": "3,25"}).submit().follow()
    assert "Счётчик дошёл до последнего числа и начал с нуля" in page.plain
    assert "4 кубометра 750 литров" in page.plain


def test_proof_of_a_stranger_is_not_there(client_as: ClientAs, cast: Cast) -> None:
    number = send(client_as(cast.anna), cast).path.rsplit("/", 1)[1]
    stranger = client_as(cast.vera)
    stranger.get(f"/personal/56-78/readings/{number}", status=404)
    stranger.get(f"{URL}{number}", status=404)


def test_number_with_another_month_is_not_there(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    number = send(client, cast).path.rsplit("/", 1)[1]
    for wrong in (f"2512-{number[5:]}", number[5:], "2611-99999999999999999999", "2611-x"):
        client.get(f"{URL}{wrong}", status=404)


def test_only_what_is_accepted_goes_into_the_charge(client_as: ClientAs, cast: Cast) -> None:
    Meter.update(failed_on=date(2026, 9, 1)).where(Meter.id == cast.cold.id).execute()
    page = send(client_as(cast.anna), cast)
    assert "принятые показания войдут в начисления за ноябрь" in page.plain
    alone = send(client_as(cast.anna), cast, "161,4", "")
    assert "войдут в начисления" not in alone.plain
