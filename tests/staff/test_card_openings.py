"""The list of openings of cards: whoever has looked stays in it, whatever became of the account."""

from __future__ import annotations

from tests.cast import Cast
from tests.factories import make_card_opening
from tests.page import Client
from vodokanal.models.looks import CardOpening

LIST = "/staff/card-openings/"


def test_opening_of_an_account_that_is_gone_is_still_listed(chief: Client, cast: Cast) -> None:
    opening = make_card_opening(account=cast.account, employee=cast.galina)
    CardOpening.update(account=None).execute()
    (row,) = chief.get(LIST).rows()[1:]
    assert cast.galina.name in " ".join(row)
    assert cast.galina.name in chief.get(f"{LIST}details/?id={opening.id}").plain
    file = chief.post(f"{LIST}download/", {"format": "csv"}, status=200).response
    assert cast.galina.name in file.get_data(as_text=True)
    file.close()
