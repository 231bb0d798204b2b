"""The words of the letter that a receipt is ready: how much, by which day, where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from vodokanal.gateways.mail import Post
from vodokanal.models.letters import Letter
from vodokanal.operations.receipt_letters import ReceiptNews
from vodokanal.operations.settings import HouseSettings, get_house_settings
from vodokanal.web.dates import full_day, month
from vodokanal.web.language import speaking
from vodokanal.web.letters import address_of, post_of, signature_of
from vodokanal.web.numbers import money
from vodokanal.web.wording import account_words


@dataclass(frozen=True)
class ReceiptLetter:
    """Everything that the letter says, sentence by sentence."""

    subject: str
    opening: str
    answer: str
    way: str
    url: str
    closing: str
    signature: Sequence[str]


def receipt_post(letter: Letter, news: ReceiptNews) -> Post:
    """The letter about a receipt, ready to go out."""
    house = get_house_settings()
    with speaking(letter.language):
        return post_of(letter, _receipt_letter(news, house), template="receipt", house=house)


def _receipt_letter(news: ReceiptNews, house: HouseSettings) -> ReceiptLetter:
    period, number = month(news.period), news.account.number
    return ReceiptLetter(
        subject=_("The receipt for %(month)s is ready", month=period),
        opening=_(
            "The receipt for %(month)s for account %(account)s is ready.",
            month=period,
            account=account_words(number),
        ),
        answer=_answer(news),
        way=_("The receipt, with every figure opened, and the paper to print:"),
        url=address_of("resident.receipt", number=number, period=str(news.period)),
        closing=_("This letter was sent by the portal itself; nobody reads answers to it."),
        signature=signature_of(house),
    )


def _answer(news: ReceiptNews) -> str:
    if news.closing > 0:
        sum_, until = money(news.closing), full_day(news.pay_by)
        return _("To pay: %(sum)s by %(day)s.", sum=sum_, day=until)
    if news.closing < 0:
        return _("Nothing is to be paid: %(sum)s are paid ahead.", sum=money(-news.closing))
    return _("Nothing is to be paid.")
