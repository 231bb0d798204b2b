"""`close-period`: what it tells, what it refuses in one sentence, how it stops and goes on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import Result
from flask import Flask

from tests.cast import Cast
from tests.clock import moment
from tests.conftest import SECRET_KEY
from tests.engines import disconnect
from tests.factories import make_account, make_account_service, make_holder, make_reading
from tests.months import make_rates, settle
from vodokanal import closing
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.services import CustomerGroup
from vodokanal.closing import close_period_command
from vodokanal.models.database import open_connection
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.receipts import Receipt
from vodokanal.models.tariffs import Tariff
from vodokanal.operations import calculation
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.journal import record
from vodokanal.operations.months import RunLostError
from vodokanal.operations.queue import open_queue
from vodokanal.settings import Settings
from vodokanal.web.configuration import KEY

Close = Callable[..., Result]
OCTOBER = Period(2026, 10)


@pytest.fixture
def rated(cast: Cast) -> Cast:
    """The cast in a utility with prices; two people live at Anna's."""
    open_queue(SECRET_KEY)
    settle(cast.account, make_rates())
    return cast


@pytest.fixture
def close(cast: Cast, settings: Settings) -> Close:
    """Runs the command on the 25th of October, or on another day."""

    def run(*words: str, now: str = "2026-10-25T10:00") -> Result:
        app = Flask("commands")
        app.config[KEY] = replace(settings, now=moment(now), demo=True)
        app.cli.add_command(close_period_command)
        disconnect()
        result = app.test_cli_runner().invoke(args=("close-period", *words))
        open_connection()
        return result

    return run


def refusal(result: Result) -> str:
    """The one sentence of a command that has failed."""
    assert result.exit_code == 1, result.output
    return result.output.strip().removeprefix("Error: ")


def test_application_has_the_command(session_app: Flask) -> None:
    assert "close-period" in session_app.cli.commands


def test_calculation_is_told_line_by_line(close: Close, rated: Cast) -> None:
    result = close("2026-10", "--calculate")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "2026-10 is calculated: 2 accounts, 3 lines, 756.51 rubles.",
        "  cold    meter     population          1 lines            3.200 m³           134.98 rubles",
        "  hot     meter     population          1 lines            2.100 m³           444.51 rubles",
        "  sewage  sum       population          1 lines            5.300 m³           177.02 rubles",
        "Corrections: 0, 0.00 rubles.",
        "Accounts that cannot be charged: 0.",
        "Largest changes against 2026-09:",
        "  12-34: 0.00 -> 756.51 rubles",
    ]


def test_broken_accounts_are_listed_with_the_reason(
    close: Close, rated: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("90-1", "90-2"):
        shop = make_account(number=number, group=CustomerGroup.ORGANISATION)
        make_holder(account=shop)
        make_account_service(account=shop)
    monkeypatch.setattr(closing, "MOST_TROUBLES", 1)
    said = close("2026-10", "--calculate").output
    assert "Accounts that cannot be charged: 2.\n  90-1: An organisation has no usable" in said
    assert "  … and 1 more: see the desk of the month.\n" in said


def test_issue_tells_the_days_and_the_seal(close: Close, rated: Cast) -> None:
    close("2026-10", "--calculate")
    result = close("2026-10", "--issue")
    seal = BillingMonth.get().seal
    assert result.output.splitlines() == [
        "2026-10 is issued: 2 accounts, 3 lines, 756.51 rubles.",
        f"To be billed by 2026-11-05, paid by 2026-11-16. Seal: {seal}",
    ]
    assert Receipt.select().count() == 2


@pytest.mark.parametrize(
    "words",
    [(), ("--calculate", "--force"), ("--issue", "--afresh")],
)
def test_deed_is_to_be_said(close: Close, words: tuple[str, ...]) -> None:
    result = close("2026-10", *words)
    assert result.exit_code == 2
    assert "Say --calculate [--afresh] or --issue [--force]." in result.output


def test_month_is_written_in_one_way(close: Close) -> None:
    said = "A month is written like 2026-11, not november."
    assert refusal(close("november", "--calculate")) == said


def test_missing_price_is_named_by_table_and_day(close: Close) -> None:
    said = "Table tariff has no row for 2026-10-01 (cold, population)."
    assert refusal(close("2026-10", "--calculate")) == said


def test_months_go_one_after_another(close: Close, rated: Cast) -> None:
    assert refusal(close("2026-11", "--calculate")) == "2026-11 has not begun yet."
    said = "2026-10 is not calculated: run `flask --app app close-period 2026-10 --calculate`."
    assert refusal(close("2026-10", "--issue")) == said
    close("2026-10", "--calculate")
    late = "2026-11-25T10:00"
    said = "2026-10 comes first: it is not issued."
    assert refusal(close("2026-11", "--calculate", now=late)) == said
    close("2026-10", "--issue")
    said = "2026-10 is issued and stays as it is."
    assert refusal(close("2026-10", "--calculate")) == said
    assert refusal(close("2026-10", "--issue")) == said


def test_open_intake_and_waiting_readings_are_named(close: Close, rated: Cast) -> None:
    make_reading(rated.vera_meter, period=OCTOBER, state=ReadingState.HELD)
    close("2026-10", "--calculate", now="2026-10-20T10:00")
    said = "Readings for 2026-10 are taken until 2026-10-20."
    assert refusal(close("2026-10", "--issue", now="2026-10-20T10:00")) == said
    said = "Readings wait: 0 without an answer, 1 to be decided on;"
    assert refusal(close("2026-10", "--issue")).startswith(said)
    assert close("2026-10", "--issue", "--force").exit_code == 0
    assert BillingMonth.get().is_forced


@pytest.mark.parametrize(
    ("subject", "whose"), [("account", "1 account has"), ("tariff", "Rates or settings have")]
)
def test_changes_since_are_named(close: Close, rated: Cast, subject: str, whose: str) -> None:
    close("2026-10", "--calculate")
    row = rated.account if subject == "account" else Tariff.get()
    record(SYSTEM, "update", subject=row, at=moment("2026-10-25T11:00"))
    said = f"{whose} changed since 2026-10 was calculated: calculate it once more."
    assert refusal(close("2026-10", "--issue")) == said


def test_month_is_calculated_afresh(close: Close, rated: Cast) -> None:
    close("2026-10", "--calculate")
    ChargeLine.delete().execute()
    assert "0 lines" not in close("2026-10", "--calculate").output
    assert ChargeLine.select().count() == 0
    close("2026-10", "--calculate", "--afresh")
    assert ChargeLine.select().count() == 3


def test_another_run_and_its_end_are_named(
    close: Close, rated: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    close("2026-10", "--calculate")
    BillingMonth.update(leased_until=moment("2099-01-01T00:00")).execute()
    said = "Another run is working on 2026-10; if it has died, try again in two minutes."
    assert refusal(close("2026-10", "--calculate")) == said

    def overtaken(*_args: object, **_more: object) -> None:
        raise RunLostError(OCTOBER)

    monkeypatch.setattr(closing, "calculate_month", overtaken)
    assert refusal(close("2026-10", "--calculate")) == closing.LOST


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_the_run_after_its_slice_and_the_next_goes_on(
    close: Close, rated: Cast, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setattr(calculation, "SLICE", 1)
    kept = signal.getsignal(number)
    with monkeypatch.context() as patch:
        patch.setattr(closing, "told", interrupting(number))
        assert refusal(close("2026-10", "--calculate")) == closing.STOPPED
    assert signal.getsignal(number) == kept
    month = BillingMonth.get()
    assert (month.state, month.slices.count()) == (MonthState.CALCULATING, 1)
    assert close("2026-10", "--calculate").exit_code == 0


def interrupting(number: signal.Signals) -> Callable[..., object]:
    """A bar at whose first move somebody presses Ctrl-C."""

    class Bar:
        def __init__(self, noun: str, total: int) -> None:
            assert (noun, total) == ("accounts", 2)

        def __enter__(self) -> Callable[[int], None]:
            return lambda _count: os.kill(os.getpid(), number)

        def __exit__(self, *_error: object) -> None:
            pass

    return Bar
