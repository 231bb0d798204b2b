"""The words of letters: codes and rows become a finished letter in the addressee's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from vodokanal.billing.readings import ReadingState
from vodokanal.gateways.mail import Post
from vodokanal.models.letters import Letter
from vodokanal.operations.consumption import KeptReading
from vodokanal.operations.letters import ReadingNews
from vodokanal.operations.settings import HouseSettings, get_house_settings
from vodokanal.web import numbers
from vodokanal.web.configuration import settings
from vodokanal.web.dates import day, moment
from vodokanal.web.language import speaking
from vodokanal.web.wording import (
    account_words,
    code_words,
    meter_words,
    not_charged_sentences,
    place_of,
    state_label,
    water,
)


@dataclass(frozen=True)
class Told:
    """One reading as a letter tells it."""

    meter: str
    value: str
    in_words: str
    state: str
    used: str
    notes: Sequence[str]


@dataclass(frozen=True)
class ReadingLetter:
    """Everything that a letter about readings says, sentence by sentence."""

    subject: str
    opening: str
    readings: Sequence[Told]
    question: str
    answer_url: str
    check: str
    check_url: str
    closing: str
    signature: Sequence[str]


def reading_post(letter: Letter, news: ReadingNews) -> Post:
    """The letter that confirms a submission, ready to go out."""
    house = get_house_settings()
    host = urlsplit(settings().site_url).hostname or "localhost"
    with speaking(letter.language):
        told = _reading_letter(news, house)
        return Post(
            # Together with the id, so that another database's letters are other letters.
            id=f"letter-{letter.id}-{letter.created_at:%Y%m%d%H%M%S}@{host}",
            date=letter.created_at,
            sender_name=house.utility_name,
            sender=house.utility_email or f"noreply@{host}",
            recipient=letter.resident.email,
            subject=told.subject,
            text=render_template("mail/readings.txt", letter=told),
            html=render_template("mail/readings.html", letter=told, language=letter.language),
        )


def address_of(endpoint: str, **values: str) -> str:
    """The address of a page as letters name it: by the operator's settings and nothing else."""
    # A worker has no request, and the Host of one must never get into a letter.
    path = current_app.url_map.bind("").build(endpoint, values)
    return settings().site_url + path


def _reading_letter(news: ReadingNews, house: HouseSettings) -> ReadingLetter:
    number, code = news.submission.number, news.submission.code
    asked = [each for each in news.readings if each.reading.state == ReadingState.ASKED]
    return ReadingLetter(
        subject=_subject(news, asked),
        opening=_(
            "We have received readings for account %(account)s: № %(number)s, %(moment)s.",
            account=account_words(news.account.number),
            number=number,
            moment=moment(news.submission.received_at),
        ),
        readings=[_told(each) for each in news.readings],
        question=ngettext(
            "We ask about one reading. Please answer on its page:",
            "We ask about %(num)s readings. Please answer on their page:",
            len(asked),
        )
        if asked
        else "",
        answer_url=address_of(
            "resident.proof", number=news.account.number, submission_number=number
        ),
        check=_(
            "With the code %(code)s anybody can make sure that the readings were received:",
            code=code_words(code),
        ),
        check_url=address_of("public.check", code=code),
        closing=_("This letter was sent by the portal itself; nobody reads answers to it."),
        signature=[each for each in (house.utility_name, house.office_phone) if each],
    )


def _subject(news: ReadingNews, asked: Sequence[KeptReading]) -> str:
    if asked:
        return _("Readings № %(number)s: an answer is needed", number=news.submission.number)
    if all(each.reading.state == ReadingState.ACCEPTED for each in news.readings):
        return _("Readings № %(number)s: accepted", number=news.submission.number)
    return _("Readings № %(number)s: received", number=news.submission.number)


def _told(kept: KeptReading) -> Told:
    meter, value = kept.meter, kept.reading.value
    parts = (water(meter.kind), place_of(meter), meter_words(meter))
    is_recorded = kept.reading.state == ReadingState.RECORDED
    return Told(
        meter=" · ".join(each for each in parts if each),
        value=_("%(volume)s m³", volume=numbers.reading(value, meter=meter)),
        in_words=numbers.volume_in_words(value),
        state=state_label(kept.reading.state, kept.findings).text,
        used=_used(kept),
        notes=not_charged_sentences(kept.findings) if is_recorded else (),
    )


def _used(kept: KeptReading) -> str:
    if kept.volume is None:
        return ""
    return _("Since %(day)s: %(volume)s", day=day(kept.since), volume=numbers.volume(kept.volume))
