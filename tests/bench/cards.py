"""The search and the card of a large town: milliseconds of the server, statements of the card."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from random import Random
from urllib.parse import quote

from flask.testing import FlaskClient

from tests.bench.ledger import fill_ledger
from tests.bench.table import Row
from tests.bench.town import BenchTown, Signature, copied, opened
from tests.statements import statements
from vodokanal.formats.search_text import in_other_layout
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee
from vodokanal.models.places import House, Premises

SEARCH_MILLISECONDS, CARD_STATEMENTS = 50.0, 14
CARDS, TIMES = 40, 3
# What is said of an account when somebody rings.
WAYS = (
    *("number", "surname", "whole name", "address", "meter"),
    *("telephone", "telephone without its code", "surname by the other keys"),
)
LOCAL = 7


def rows_of_cards(town: BenchTown) -> Iterator[Row]:
    """One line a way of searching, one for the card's time, one for its statements."""
    with copied(town) as copy, opened(copy) as app:
        fill_ledger()
        client = app.test_client()
        chief = Employee.get(Employee.login == "chief")
        client.set_cookie("session", Signature.of(app).cookie(chief))
        size, chosen = f"{town.accounts} accounts", some_accounts(town.accounts)
        for way in WAYS:
            yield _search_row(client, way, [said_of(each, way) for each in chosen], size)
        # Settings are read once a process.
        client.get(f"/staff/accounts/{chosen[0].number_key}")
        yield from _card_rows(client, chosen, size)


def some_accounts(count: int) -> list[Account]:
    """Accounts from all over the town, with where they are."""
    ids = Random(7).sample(range(1, count), CARDS)
    query = Account.select(Account, Premises, House).join(Premises).join(House)
    return list(query.where(Account.id.in_(ids)))


def said_of(account: Account, way: str) -> str:
    """What a caller says of an account."""
    holder = Holder.get(Holder.account == account)
    meter = Meter.get_or_none(Meter.account == account)
    house = account.premises.house
    said = {
        "number": str(account.number),
        "surname": str(holder.name).split()[0],
        "whole name": str(holder.name),
        "address": f"{house.street} {house.number} {account.premises.flat}",
        "telephone": str(holder.telephone),
        "telephone without its code": str(holder.telephone_key)[-LOCAL:],
        "surname by the other keys": in_other_layout(str(holder.name).split()[0]),
        "meter": "" if meter is None else str(meter.serial),
    }
    return said[way] or str(account.number)


def _search_row(client: FlaskClient, way: str, texts: Sequence[str], size: str) -> Row:
    times, wrong = [], 0
    for text in texts:
        taken, status = _asked(client, f"/staff/find?q={quote(text)}")
        times.append(taken)
        wrong += status not in (200, 303)
    slowest = max(times)
    return Row(
        f"search by {way}, {size}",
        slowest,
        "ms",
        goal=f"< {SEARCH_MILLISECONDS:.0f} ms",
        reached=slowest < SEARCH_MILLISECONDS,
        wrong=wrong,
        notes=[f"the slowest of {len(times)}; median {statistics.median(times):.1f} ms"],
    )


def _card_rows(client: FlaskClient, chosen: Sequence[Account], size: str) -> Iterator[Row]:
    times, counts, wrong = [], [], 0
    for account in chosen:
        path = f"/staff/accounts/{account.number_key}?from=search"
        # Only the first opening is noted.
        with statements() as asked:
            client.get(path)
        taken, status = _asked(client, path)
        times.append(taken)
        counts.append(len(asked))
        wrong += status != 200
    median = statistics.median(times)
    note = f"median of {len(times)}; slowest {max(times):.1f} ms"
    yield Row(f"card, {size}", median, "ms", wrong=wrong, notes=[note])
    most = max(counts)
    reached = most <= CARD_STATEMENTS
    goal = f"<= {CARD_STATEMENTS}"
    yield Row(f"statements of a card, {size}", most, "statements", goal=goal, reached=reached)


def _asked(client: FlaskClient, path: str) -> tuple[float, int]:
    """Milliseconds of the server, the best of a few (neighbours cost time), and the status."""
    times, status = [], 0
    for _ in range(TIMES):
        began = time.perf_counter()
        status = client.get(path).status_code
        times.append((time.perf_counter() - began) * 1000)
    return min(times), status
