"""The words of the morning's letter to employees: what stands in the month's way, days left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from vodokanal.gateways.mail import Post
from vodokanal.models.letters import Letter
from vodokanal.operations.month_standing import Standing
from vodokanal.operations.settings import get_house_settings
from vodokanal.web.dates import month
from vodokanal.web.language import speaking
from vodokanal.web.letters import address_of, post_of
from vodokanal.web.month_words import days_words, obstacle_words


@dataclass(frozen=True)
class StandingLetter:
    """Everything that the letter says, sentence by sentence."""

    subject: str
    opening: str
    obstacles: Sequence[str]
    nothing: str
    place: str
    url: str
    signature: str


def standing_post(letter: Letter, standing: Standing) -> Post:
    """The letter about a month that is not issued, ready to go out."""
    house = get_house_settings()
    with speaking(letter.language):
        period = month(standing.period)
        told = StandingLetter(
            subject=_("The month of %(month)s is not issued yet", month=period),
            opening=days_words(standing),
            obstacles=[obstacle_words(each) for each in standing.obstacles],
            nothing=_("Nothing stands in the way: it only has to be issued."),
            place=_("What is to be done stands on the desk of the month:"),
            url=address_of("month.index"),
            signature=house.utility_name,
        )
        return post_of(letter, told, template="month", house=house)
