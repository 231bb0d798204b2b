"""What was judged in front of the writers' queue is judged again when it no longer holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import ACCOUNT, COLD_NEXT, Cast, actor_of
from tests.clock import moment
from tests.factories import make_meter
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading
from vodokanal.operations.accounts import AccountNotFoundError
from vodokanal.operations.configuration import get_configuration
from vodokanal.operations.intakes import Intake, get_intake, get_own_intake
from vodokanal.operations.judging import Delivery, NotYourMeterError
from vodokanal.operations.readings import submit_readings

NOW = moment("2026-11-12T10:42")
TODAY = NOW.date()


def taken(cast: Cast) -> Intake:
    return get_intake(cast.account.id, today=TODAY)


def send(cast: Cast, intake: Intake, *, text: str = COLD_NEXT, key: str = "key") -> str:
    delivery = Delivery({cast.cold.id: text}, Source.RESIDENT)
    return submit_readings(actor_of(cast.anna), intake, delivery=delivery, key=key, at=NOW)


def november(cast: Cast) -> list[tuple[Decimal, ReadingState]]:
    rows = Reading.select().where(Reading.meter == cast.cold, Reading.period == Period(2026, 11))
    return [(row.value, row.state) for row in rows.order_by(Reading.id)]


def test_nothing_has_changed(cast: Cast) -> None:
    intake = taken(cast)
    with statements() as asked:
        assert intake.still_holds()
    assert len(asked) == 1


def test_account_without_meters_holds_too(cast: Cast) -> None:
    Meter.update(removed_on=date(2026, 11, 1)).execute()
    intake = taken(cast)
    assert intake.stories == []
    assert intake.still_holds()


def test_new_meter_is_a_change(cast: Cast) -> None:
    intake = taken(cast)
    make_meter(account=cast.account)
    assert not intake.still_holds()
    assert intake.read_again().still_holds()


def test_second_of_two_at_once_is_a_correction(cast: Cast) -> None:
    first, second = taken(cast), taken(cast)
    send(cast, first, text="161,3", key="first")
    send(cast, second, text="161,5", key="second")
    assert november(cast) == [
        (Decimal("161.300"), ReadingState.REPLACED),
        (Decimal("161.500"), ReadingState.ACCEPTED),
    ]


def test_same_value_of_two_at_once_is_one_submission(cast: Cast) -> None:
    first, second = taken(cast), taken(cast)
    number = send(cast, first, key="first")
    assert send(cast, second, key="second") == number
    assert send(cast, second, key="second") == number
    assert len(november(cast)) == 1


def test_meter_removed_meanwhile_is_refused(cast: Cast) -> None:
    intake = taken(cast)
    Meter.update(removed_on=TODAY).where(Meter.id == cast.cold.id).execute()
    with pytest.raises(NotYourMeterError):
        send(cast, intake)
    assert november(cast) == []


def test_resident_takes_in_what_is_theirs(cast: Cast) -> None:
    found = get_own_intake(cast.anna.id, ACCOUNT, today=TODAY, configuration=get_configuration())
    assert (found.account_id, found.stories) == (cast.account.id, taken(cast).stories)


def test_stranger_takes_in_nothing(cast: Cast) -> None:
    with pytest.raises(AccountNotFoundError):
        get_own_intake(cast.vera.id, ACCOUNT, today=TODAY, configuration=get_configuration())
