"""How often the resident's pages ask the database: asserted, because it only ever grows."""

from __future__ import annotations

from tests.cast import ACCOUNT, COLD_NEXT, HOT_NEXT, Cast
from tests.conftest import ClientAs
from tests.factories import make_meter
from tests.ledgers import charge, issue
from tests.statements import statements
from vodokanal.billing.periods import Period

URL = f"/personal/{ACCOUNT}/readings/"
OCTOBER = Period(2026, 10)
INPUTS = '{"method":"meter","of":31,"price":"42.18","since":"2026-07-01","product":"0"}'
READINGS_PAGE, SUBMISSION = 8, 12
CABINET, PROOF, HISTORY = 8, 9, 8
BALANCE, RECEIPTS, RECEIPT = 12, 9, 12


def test_readings_page_asks_eight_times(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    # Settings and rates are read once a process.
    client.get(URL)
    with statements() as asked:
        client.get(URL)
    assert len(asked) <= READINGS_PAGE, "\n".join(asked)


def test_readings_page_asks_no_more_for_seven_meters(client_as: ClientAs, cast: Cast) -> None:
    for number in range(5):
        make_meter(account=cast.account, place=f"узел {number}")
    client = client_as(cast.anna)
    client.get(URL)
    with statements() as asked:
        client.get(URL)
    assert len(asked) <= READINGS_PAGE, "\n".join(asked)


def test_submission_takes_twelve(client_as: ClientAs, cast: Cast) -> None:
    form = client_as(cast.anna).get(URL).form(URL)
    form.fill_in({f"meter-{cast.cold.id}": COLD_NEXT, f"meter-{cast.hot.id}": HOT_NEXT})
    with statements() as asked:
        form.submit()
    assert len(asked) <= SUBMISSION, "\n".join(asked)


def test_correction_takes_twelve_too(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    client.get(URL).form(URL).fill_in({f"meter-{cast.cold.id}": COLD_NEXT}).submit()
    form = client.get(f"{URL}?change=1").form(URL).fill_in({f"meter-{cast.cold.id}": "161,3"})
    with statements() as asked:
        form.submit()
    assert len(asked) <= SUBMISSION, "\n".join(asked)


def test_other_pages_stay_small(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    form = client.get(URL).form(URL).fill_in({f"meter-{cast.cold.id}": COLD_NEXT})
    proof = form.submit().location
    charge(cast.account, OCTOBER, "874.81", inputs=INPUTS)
    issue(OCTOBER, cast.account)
    limits = {
        f"/personal/{ACCOUNT}/": CABINET,
        proof: PROOF,
        f"/personal/{ACCOUNT}/meters/": HISTORY,
        f"/personal/{ACCOUNT}/balance/": BALANCE,
        f"/personal/{ACCOUNT}/receipts/": RECEIPTS,
        f"/personal/{ACCOUNT}/receipts/2026-10/": RECEIPT,
    }
    for path, limit in limits.items():
        with statements() as asked:
            client.get(path)
        assert len(asked) <= limit, "\n".join((path, *asked))
