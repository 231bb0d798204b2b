"""An account as its resident opens it: what it is, its meters' stories, what today means for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN

from vodokanal.billing.readings import ReadingState
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.people import AccountAccess, Relation, Resident
from vodokanal.models.places import District
from vodokanal.models.prepared import Prepared, slot
from vodokanal.operations.accounts import (
    AccountNotFoundError,
    get_account,
    known_key,
    own_account,
    with_places,
)
from vodokanal.operations.consumption import KeptReading
from vodokanal.operations.meters import IN_ORDER, MeterStory, is_working, stories_by, stories_of
from vodokanal.operations.settings import HouseSettings
from vodokanal.operations.windows import Calendar, Term, get_calendar, get_term


@dataclass(frozen=True)
class Visit:
    """An account that a resident has opened on a day."""

    access: AccountAccess
    stories: Sequence[MeterStory]
    term: Term

    @property
    def account(self) -> Account:
        """The account itself."""
        return self.access.account

    @property
    def district(self) -> District:
        """The district that its house stands in."""
        return self.account.premises.house.district

    @property
    def sees_people(self) -> bool:
        """Whether the resident may see personal data: a trusted one may not."""
        return self.access.relation != Relation.TRUSTED

    @property
    def is_household(self) -> bool:
        """Whether the rules for households hold here, not a contract's own."""
        return self.account.group == CustomerGroup.POPULATION

    @property
    def is_closed(self) -> bool:
        """Whether the account has been closed: nothing is asked of its resident any more."""
        closed_on = self.account.closed_on
        return closed_on is not None and closed_on <= self.term.today

    def takes_readings(self, house: HouseSettings) -> bool:
        """Whether a resident's readings are taken on this day."""
        return not self.is_closed and (self.term.is_open or house.keeps_for_next_period)

    @property
    def sent(self) -> list[KeptReading]:
        """The readings already there for the term's period, one a meter."""
        found = ((story, story.of(self.term.period)) for story in self.stories)
        return [KeptReading(story, reading) for story, reading in found if reading is not None]

    @property
    def settled(self) -> list[KeptReading]:
        """Those of them about which nothing is asked."""
        return [each for each in self.sent if each.reading.state != ReadingState.ASKED]

    @property
    def newest(self) -> KeptReading | None:
        """The one of them that arrived last."""
        return max(self.sent, key=lambda each: each.reading.received_at, default=None)

    @property
    def unsent(self) -> list[MeterStory]:
        """The meters still without a reading for the term's period."""
        return [story for story in self.stories if story.of(self.term.period) is None]

    @property
    def asked(self) -> list[KeptReading]:
        """The questions still open about working meters, oldest first."""
        found = [
            KeptReading(story, reading)
            for story in self.stories
            for reading in story.readings
            if reading.state == ReadingState.ASKED
        ]
        return sorted(found, key=lambda each: each.reading.received_at)


# An access with the account's working meters, a row each; a single row where there are none.
OWN_METERS: Prepared[Any] = Prepared(
    lambda: (
        with_places(Meter)
        .switch(Account)
        .join(
            Meter,
            JOIN.LEFT_OUTER,
            on=(Meter.account == Account.id) & is_working(),
            attr="working_meter",
        )
        .where(*own_account(slot("resident", Resident.id), slot("number_key", Account.number_key)))
        .order_by(*IN_ORDER)
    )
)


def get_own_meters(
    resident_id: int, number: str, *, today: date
) -> tuple[AccountAccess, list[MeterStory]]:
    """A resident's access to the account of that number, and its working meters; two statements.

    Raises:
        AccountNotFoundError: no such account, or not the resident's.
    """
    rows = OWN_METERS.rows(resident=resident_id, number_key=known_key(number), today=today)
    if not rows:
        raise AccountNotFoundError
    meters = [row.account.working_meter for row in rows if row.account.working_meter is not None]
    for meter in meters:
        meter.account = rows[0].account
    return rows[0], stories_by(meters, today)


def get_visit(
    resident_id: int, number: str, *, today: date, calendar: Calendar | None = None
) -> Visit:
    """A resident's account with its meters and the term; two statements beside the calendar's.

    Raises:
        AccountNotFoundError: no such account, or not the resident's.
    """
    access, stories = get_own_meters(resident_id, number, today=today)
    district_id = access.account.premises.house.district_id
    term = get_term(today, district_id=district_id, calendar=calendar or get_calendar(today))
    return Visit(access, stories, term)


def get_looked_visit(number: str, *, today: date, calendar: Calendar) -> Visit:
    """An account as its owner opens it, for an employee who may look; three statements.

    Nobody's access is read: the one in the visit is made up, and of no resident.

    Raises:
        AccountNotFoundError: there is no such account.
    """
    account = get_account(number)
    stories = stories_of(account.id, today=today)
    district_id = account.premises.house.district_id
    term = get_term(today, district_id=district_id, calendar=calendar)
    return Visit(AccountAccess(account=account, relation=Relation.OWNER), stories, term)
