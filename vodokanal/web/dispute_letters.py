"""The words of the letter that a dispute is answered: about what, where the answer is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from vodokanal.casework.disputes import DisputeState
from vodokanal.gateways.mail import Post
from vodokanal.models.letters import Letter
from vodokanal.operations.dispute_letters import DisputeNews
from vodokanal.operations.settings import HouseSettings, get_house_settings
from vodokanal.web.dates import month
from vodokanal.web.dispute_words import line_words
from vodokanal.web.language import speaking
from vodokanal.web.letters import address_of, post_of, signature_of
from vodokanal.web.wording import account_words


@dataclass(frozen=True)
class DisputeLetter:
    """Everything that the letter says, sentence by sentence."""

    subject: str
    opening: str
    answer: str
    words: str
    way: str
    url: str
    closing: str
    signature: Sequence[str]


def dispute_post(letter: Letter, news: DisputeNews) -> Post:
    """The letter about an answer, ready to go out."""
    house = get_house_settings()
    with speaking(letter.language):
        return post_of(letter, _dispute_letter(news, house), template="dispute", house=house)


def _dispute_letter(news: DisputeNews, house: HouseSettings) -> DisputeLetter:
    dispute, number = news.dispute, news.account.number
    return DisputeLetter(
        subject=_("We have answered: № %(number)s", number=dispute.id),
        opening=_(
            "You did not agree with a line of the receipt for %(month)s, account %(account)s: "
            "%(line)s.",
            month=month(dispute.period),
            account=account_words(number),
            line=line_words(dispute),
        ),
        answer=_answer(dispute.state),
        words=dispute.answer,
        way=_("How the line was counted, and what you can do if you still do not agree:"),
        url=address_of(
            "resident.disagree", number=number, period=str(dispute.period), line=dispute.line
        ),
        closing=_("This letter was sent by the portal itself; nobody reads answers to it."),
        signature=signature_of(house),
    )


def _answer(state: DisputeState) -> str:
    if state is DisputeState.CORRECTED:
        return _("We have corrected it; the next receipt shows the correction.")
    return _("We have checked the line: it stays as it is.")
