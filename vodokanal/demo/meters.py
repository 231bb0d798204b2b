"""Meters as they hang in the town, and what became of a few of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, MeterFacts
from vodokanal.demo.households import INSTITUTION_USE, Household
from vodokanal.demo.stories import KnownMeter, Trouble
from vodokanal.demo.streets import HouseKind

INTERVAL_MONTHS = {Kind.COLD: 72, Kind.HOT: 48}
SERVICE_LIFE_MONTHS = 144
# Younger ones would have less than the town's two years of readings.
YOUNGEST_MONTHS = 31
MODELS = {Kind.COLD: "крыльчатый, Ду 15, до 40 °C", Kind.HOT: "крыльчатый, Ду 15, до 90 °C"}
SHARE_WITH_SECOND_BATHROOM, PEOPLE_WITH_SECOND_BATHROOM = 0.4, 4
# Litres a day a person: cold where hot comes in too, cold alone, hot.
USE_BESIDE_HOT, USE_ALONE, USE_OF_HOT = (75, 120), (110, 180), (45, 95)
# With a summer on top, less than the cubic metre a day that the rules ask young meters about.
MOST_DAILY, MOST_WITH_GARDEN = 600, 360
DISPLAYS, DISPLAY_WEIGHTS = ((5, 3), (5, 2), (4, 3)), (92, 4, 4)
LITRES = 1000


@dataclass(frozen=True)
class MeterPlan:
    """One meter; readings are litres, `daily` is what an ordinary day takes."""

    kind: Kind
    serial: str
    place: str
    display: tuple[int, int]
    installed_on: date
    verified_on: date
    verify_by: date
    daily: int
    commissioned_on: date | None = None
    initial: int = 0
    removed_on: date | None = None
    failed_on: date | None = None
    follows: MeterPlan | None = None
    rolls_over_months_back: int | None = None
    shown: Sequence[int] = ()

    @property
    def capacity(self) -> int:
        """At how many litres the display begins again."""
        return 10 ** self.display[0] * LITRES

    def displayed(self, litres: int) -> int:
        """What the display shows of a true volume: it rolls over, and has so many red digits."""
        step = 10 ** (3 - self.display[1])
        return litres % self.capacity // step * step

    def facts(self, meter_id: int) -> MeterFacts:
        """The meter as the rules take it."""
        return MeterFacts(
            id=meter_id,
            kind=self.kind,
            serial=self.serial,
            digits_before=self.display[0],
            digits_after=self.display[1],
            installed_on=self.installed_on,
            commissioned_on=self.commissioned_on,
            verify_by=self.verify_by,
            failed_on=self.failed_on,
        )

    def row(self) -> dict[str, Any]:
        """The columns that the plan knows."""
        made = Period.of(self.verified_on)
        return {
            "kind": self.kind,
            "serial": self.serial,
            "model": MODELS[self.kind],
            "place": self.place,
            "digits_before": self.display[0],
            "digits_after": self.display[1],
            "installed_on": self.installed_on,
            "commissioned_on": self.commissioned_on,
            "verified_on": self.verified_on,
            "verify_by": self.verify_by,
            "service_life_until": made.plus(SERVICE_LIFE_MONTHS).last_day,
            "removed_on": self.removed_on,
            "failed_on": self.failed_on,
        }


def common_meter(house_id: int) -> dict[str, Any]:
    """The columns of the meter at the entrance of a block, with the serial of its house."""
    return {
        "house": house_id,
        "kind": Kind.COLD,
        "serial": f"21-{900_000 + house_id}",
        "model": "турбинный, Ду 50",
        "place": "Подвал, водомерный узел",
        "installed_on": date(2021, 8, 16),
        "commissioned_on": date(2021, 8, 20),
        "verified_on": date(2021, 8, 16),
    }


def meters_of(people: Household, this_month: Period, *, rng: Random) -> list[MeterPlan]:
    """The working meters of an account, troubles included; the meter before hangs on `follows`."""
    if not people.has_meters:
        return []
    kinds = [Kind.COLD, Kind.HOT] if people.house.supply.hot else [Kind.COLD]
    plans = [_ordinary(kind, people, this_month=this_month, rng=rng) for kind in kinds]
    if _has_second_bathroom(people, rng):
        plans = [replace(plan, daily=plan.daily // 2) for plan in plans]
        plans += [
            replace(plan, serial=_serial(plan.verified_on, rng), place="Кухня") for plan in plans
        ]
    return _with_troubles(plans, people, this_month=this_month, rng=rng)


def _has_second_bathroom(people: Household, rng: Random) -> bool:
    if people.is_special or people.house.kind is not HouseKind.BLOCK:
        return False
    is_roomy = people.living >= PEOPLE_WITH_SECOND_BATHROOM
    return is_roomy and rng.random() < SHARE_WITH_SECOND_BATHROOM


def _ordinary(kind: Kind, people: Household, *, this_month: Period, rng: Random) -> MeterPlan:
    interval = INTERVAL_MONTHS[kind]
    known = people.story.meters.get(kind, KnownMeter("", rng.randint(2, interval - 2)))
    verified_on = date_in(this_month.plus(known.verify_months_ahead - interval), rng.randint(1, 28))
    age = interval - known.verify_months_ahead
    # A meter that has been verified since it was hung up has hung for a whole interval more.
    hung = interval if age < YOUNGEST_MONTHS else 0
    installed_on = date_in(Period.of(verified_on).plus(-hung), verified_on.day)
    return MeterPlan(
        kind=kind,
        serial=known.serial or _serial(installed_on, rng),
        place="Ванная" if people.house.kind is HouseKind.BLOCK else "На вводе",
        display=(5, 3) if people.is_special else rng.choices(DISPLAYS, DISPLAY_WEIGHTS)[0],
        installed_on=installed_on,
        verified_on=verified_on,
        verify_by=date_in(this_month.plus(known.verify_months_ahead), verified_on.day)
        - timedelta(days=1),
        daily=_daily_of_shown(known) or _daily(kind, people, rng=rng),
        commissioned_on=installed_on + timedelta(days=rng.randint(1, 9)),
        initial=rng.randrange(0, 900),
        shown=known.shown,
    )


def _daily_of_shown(known: KnownMeter) -> int:
    if not known.shown:
        return 0
    return (known.shown[0] - known.shown[-1]) // (30 * (len(known.shown) - 1))


def _daily(kind: Kind, people: Household, *, rng: Random) -> int:
    if people.house.kind in INSTITUTION_USE:
        share = INSTITUTION_USE[people.house.kind]
        return share if kind is Kind.COLD else share // 3
    if kind is Kind.HOT:
        return min(people.living * rng.randint(*USE_OF_HOT), MOST_DAILY)
    a_person = rng.randint(*(USE_BESIDE_HOT if people.house.supply.hot else USE_ALONE))
    return min(people.living * a_person, MOST_WITH_GARDEN if people.garden else MOST_DAILY)


def _with_troubles(
    plans: list[MeterPlan], people: Household, *, this_month: Period, rng: Random
) -> list[MeterPlan]:
    """What happened to the cold meter, or to the hot one where its verification ran out."""
    story = people.story
    cold, others = plans[0], plans[1:]
    month = this_month.plus(-story.trouble_months_back)
    if story.trouble is Trouble.ROLLED_OVER:
        return [replace(cold, rolls_over_months_back=story.trouble_months_back), *others]
    if story.trouble is Trouble.FAILED:
        return [replace(cold, failed_on=date_in(month, 2)), *others]
    if story.trouble is Trouble.OVERDUE:
        years = INTERVAL_MONTHS[Kind.HOT]
        hot = replace(
            others[0], verify_by=date_in(month, 1), verified_on=date_in(month.plus(-years), 2)
        )
        return [cold, replace(hot, installed_on=hot.verified_on, commissioned_on=hot.verified_on)]
    if story.trouble in {Trouble.REPLACED, Trouble.NOT_COMMISSIONED}:
        return [_replacement(cold, story.trouble, month=month, rng=rng), *others]
    return plans


def _replacement(old: MeterPlan, trouble: Trouble, *, month: Period, rng: Random) -> MeterPlan:
    """A new meter in the old one's place, after that month's reading was sent."""
    on = date_in(month, 26)
    return replace(
        old,
        serial=_serial(on, rng),
        installed_on=on,
        commissioned_on=on + timedelta(days=3) if trouble is Trouble.REPLACED else None,
        # Verified at the works some months before it was hung.
        verified_on=on - timedelta(days=90),
        verify_by=date_in(Period.of(on).plus(INTERVAL_MONTHS[old.kind] - 3), on.day),
        initial=rng.randrange(0, 900),
        follows=replace(old, removed_on=on),
    )


def _serial(made_on: date, rng: Random) -> str:
    return f"{made_on.year % 100:02d}-{rng.randrange(100_000, 1_000_000)}"


def date_in(period: Period, day: int) -> date:
    """That day of the month; every month has the first 28."""
    return date(period.year, period.month, day)
