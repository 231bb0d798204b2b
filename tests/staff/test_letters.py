"""Letters as staff see them: what waits and why, and sent again from the list."""

from __future__ import annotations

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.factories import make_letter, make_submission
from tests.page import Client
from vodokanal.billing.periods import Period
from vodokanal.models.jobs import WakeUp
from vodokanal.models.journal import JournalEntry
from vodokanal.models.letters import Letter, LetterState

LIST = "/staff/letters/"


def test_list_tells_how_each_letter_stands(office: Client) -> None:
    make_letter(state=LetterState.SENT, attempts=1)
    make_letter(state=LetterState.WAITING, last_error="outbox")
    make_letter(state=LetterState.FAILED, last_error="smtp_550")
    make_letter(state=LetterState.DROPPED, last_error="nothing_to_tell")
    text = office.get(LIST).text
    for words in (
        "отправлено",
        "в папку писем не записать",
        "почтовый сервер ответил 550",
        "показания с тех пор исправлены",
    ):
        assert words in text


def test_list_names_the_submission(office: Client) -> None:
    submission = make_submission(period=Period(2026, 10))
    make_letter(subject_id=submission.id)
    assert f"показания №\u00a0{submission.number}" in office.get(LIST).text


def test_letters_are_narrowed_to_those_that_failed(office: Client) -> None:
    make_letter(state=LetterState.SENT)
    failed = make_letter(state=LetterState.FAILED, last_error="bad_address")
    page = office.get(f"{LIST}?state=failed")
    assert failed.resident.name in page.text
    assert Letter.select().first().resident.name not in page.text


def test_failed_letter_is_sent_again_after_the_question(office: Client, cast: Cast) -> None:
    letter = make_letter(state=LetterState.FAILED, attempts=3, last_error="smtp_550")
    question = office.get(LIST).form("Отправить ещё раз").submit(status=200)
    assert "Отправить письмо ещё раз?" in question.text
    page = question.form("Отправить ещё раз").submit().follow()
    row = Letter.get_by_id(letter.id)
    assert "Письмо сейчас будет отправлено." in page.text
    assert (row.state, row.attempts, row.last_error) == (LetterState.WAITING, 0, "")
    assert WakeUp.select().count() == 1
    entry = JournalEntry.select().order_by(JournalEntry.id.desc()).get()
    assert (entry.action, entry.actor_id) == ("send_letter_again", cast.galina.id)


def test_letter_being_sent_is_left_alone(office: Client) -> None:
    make_letter(state=LetterState.SENDING)
    assert "Отправить ещё раз" not in office.get(LIST).text


def test_who_only_reads_sends_nothing(client_as: ClientAs, cast: Cast) -> None:
    letter = make_letter(state=LetterState.FAILED)
    reader = client_as(cast.rita)
    assert "Отправить ещё раз" not in reader.get(LIST).text
    reader.post(f"{LIST}send-again/", {"id": str(letter.id), "confirmed": "yes"}, status=403)
    assert Letter.get_by_id(letter.id).state == LetterState.FAILED
