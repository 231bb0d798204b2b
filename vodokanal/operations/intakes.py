"""What an account's readings are judged by, as it was a moment ago: its meters and the rules.

All of it is read and judged before a submission queues among the writers; inside the queue it is
only asked whether it still holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vodokanal.billing.readings import Source
from vodokanal.billing.refusals import AccountClosedError, WindowClosedError
from vodokanal.operations.configuration import Configuration, get_configuration
from vodokanal.operations.issued_months import earliest_open_month
from vodokanal.operations.meters import MeterStory, stand_as_before, stories_of
from vodokanal.operations.visits import get_own_meters
from vodokanal.operations.windows import Term, get_term

# Readings that an employee enters are taken outside the window too.
STAFF_SOURCES = frozenset(
    {Source.TELEPHONE, Source.OFFICE, Source.VISIT, Source.SHEET, Source.PAPER}
)


@dataclass(frozen=True)
class Intake:
    """An account's working meters with their readings, and the rules of the day."""

    account_id: int
    stories: Sequence[MeterStory]
    configuration: Configuration
    today: date

    @property
    def closed_on(self) -> date | None:
        """The day from which the account is closed."""
        found: date | None = self.stories[0].meter.account.closed_on if self.stories else None
        return found

    @property
    def term(self) -> Term:
        """What today means for the account's readings."""
        house = self.stories[0].meter.account.premises.house if self.stories else None
        district_id = None if house is None else house.district_id
        return get_term(self.today, district_id=district_id, calendar=self.configuration.calendar)

    def term_for(self, source: Source) -> Term:
        """The period that readings sent today are for.

        Outside the window an employee's reading belongs to the first open month; a resident's one
        is refused, or kept for the next period where the utility has decided so.

        Raises:
            WindowClosedError: with the day on which the window opens next.
            AccountClosedError: with the day from which a resident sends nothing more.
        """
        is_staff = source in STAFF_SOURCES
        if self.closed_on is not None and self.closed_on <= self.today and not is_staff:
            raise AccountClosedError(self.closed_on)
        term = self.term
        if term.is_open or (self.configuration.house.keeps_for_next_period and not is_staff):
            return term
        if is_staff:
            return Term(self.today, earliest_open_month(self.today), term.window, is_open=False)
        raise WindowClosedError(term.window.first_day)

    def still_holds(self) -> bool:
        """Whether nobody has read, settled or changed one of the meters meanwhile."""
        return stand_as_before(self.stories, account_id=self.account_id, today=self.today)

    def read_again(self) -> Intake:
        """The same as it is now."""
        return get_intake(self.account_id, today=self.today, configuration=self.configuration)


def get_intake(
    account_id: int, *, today: date, configuration: Configuration | None = None
) -> Intake:
    """An account as an employee enters its readings; two statements beside the configuration's."""
    stories = stories_of(account_id, today=today)
    return Intake(account_id, stories, configuration or get_configuration(), today)


def get_own_intake(
    resident_id: int, number: str, *, today: date, configuration: Configuration
) -> Intake:
    """An account as its resident sends readings; two statements.

    Raises:
        AccountNotFoundError: no such account, or not the resident's.
    """
    access, stories = get_own_meters(resident_id, number, today=today)
    return Intake(access.account_id, stories, configuration, today)
