"""The words of letters: codes and rows become a finished letter in the addressee's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
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
class ToldReading:
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
    readings: Sequence[ToldReading]
    question: str
    answer_url: str
    check: str
    check_url: str
    closing: str
    signature: Sequence[str]


class Told(Protocol):
    """What every letter has: its subject; the rest its own template knows."""

    @property
    def subject(self) -> str:
        """What the letter is about, in a line."""


def reading_post(letter: Letter, news: ReadingNews) -> Post:
    """The letter that confirms a submission, ready to go out."""
    house = get_house_settings()
    with speaking(letter.language):
        return post_of(letter, _reading_letter(news, house), template="readings", house=house)


def post_of(letter: Letter, told: Told, *, template: str, house: HouseSettings) -> Post:
    """A letter in its envelope; whoever calls speaks its language already."""
    host = urlsplit(settings().site_url).hostname or "localhost"
    return Post(
        # Together with the id, so that another database's letters are other letters.
        id=f"letter-{letter.id}-{letter.created_at:%Y%m%d%H%M%S}@{host}",
        date=letter.created_at,
        sender_name=house.utility_name,
        sender=house.utility_email or f"noreply@{host}",
        recipient=(letter.resident or letter.employee).email,
        subject=told.subject,
        text=render_template(f"mail/{template}.txt", letter=told),
        html=render_template(f"mail/{template}.html", letter=told, language=letter.language),
    )


def signature_of(house: HouseSettings) -> list[str]:
    """Who a letter is from, as it ends."""
    return [each for each in (house.utility_name, house.office_phone) if each]


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
        signature=signature_of(house),
    )


def _subject(news: ReadingNews, asked: Sequence[KeptReading]) -> str:
    if asked:
        return _("Readings № %(number)s: an answer is needed", number=news.submission.number)
    if all(each.reading.state == ReadingState.ACCEPTED for each in news.readings):
        return _("Readings № %(number)s: accepted", number=news.submission.number)
    return _("Readings № %(number)s: received", number=news.submission.number)


def _told(kept: KeptReading) -> ToldReading:
    meter, value = kept.meter, kept.reading.value
    parts = (water(meter.kind), place_of(meter), meter_words(meter))
    is_recorded = kept.reading.state == ReadingState.RECORDED
    return ToldReading(
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
