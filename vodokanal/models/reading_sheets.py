"""Sheets of readings: what was entered together, so that it can be undone together."""

from __future__ import annotations

from enum import StrEnum

from peewee import BooleanField, CharField, Check, DateField, ForeignKeyField, TextField

from vodokanal.billing.readings import ReadingState, Source
from vodokanal.casework.sheet_remarks import RemarkCode
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField, MomentField, PeriodField
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee
from vodokanal.models.places import District, House
from vodokanal.models.readings import Reading, Submission

LONGEST_FILE_NAME = 200
LONGEST_OUTCOME = 200


class SheetScope(StrEnum):
    """What a sheet covers; slips are accounts in any order."""

    HOUSE = "house"
    STREET = "street"
    DISTRICT = "district"
    SLIPS = "slips"


class SheetState(StrEnum):
    """Whether a sheet counts."""

    OPEN = "open"
    UNDONE = "undone"


class ReadingSheet(Table):
    """A batch of readings: what it covers, when they were taken, who enters them."""

    scope = ChoiceField(SheetScope)
    # The house itself, or any one of the street.
    house = ForeignKeyField(House, null=True, on_delete="RESTRICT")
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
    period = PeriodField()
    source = ChoiceField(Source)
    taken_on = DateField()
    state = ChoiceField(SheetState, default=SheetState.OPEN)
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    created_at = MomentField()
    # Somebody has looked at the doubtful ones and said that no row is shifted.
    order_confirmed_at = MomentField(null=True)
    undone_by = ForeignKeyField(
        Employee, null=True, backref="undone_sheets", on_delete="RESTRICT", index=False
    )
    undone_at = MomentField(null=True)

    class Meta:
        constraints = [
            one_of("scope", SheetScope),
            one_of("state", SheetState),
            one_of("source", Source),
            Check("(scope IN ('house', 'street')) = (house_id IS NOT NULL)"),
            Check("(scope = 'district') = (district_id IS NOT NULL)"),
            Check("(state = 'undone') = (undone_at IS NOT NULL)"),
        ]

    def __str__(self) -> str:
        return f"№\N{NO-BREAK SPACE}{self.id}"


class SheetEntry(Table):
    """A row of a sheet that was saved: the submission it became, and who has saved it."""

    # Its index is the first half of (sheet, account).
    sheet = ForeignKeyField(ReadingSheet, backref="entries", on_delete="RESTRICT", index=False)
    account = ForeignKeyField(Account, on_delete="RESTRICT", index=False)
    submission = ForeignKeyField(Submission, unique=True, on_delete="RESTRICT")
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    entered_at = MomentField()

    class Meta:
        indexes = ((("sheet", "account"), False),)


class SheetDisplaced(Table):
    """A reading that counted before a sheet replaced it, and how it stood: undoing brings it back."""

    # Its index is the first half of (sheet, reading).
    sheet = ForeignKeyField(ReadingSheet, backref="displaced", on_delete="RESTRICT", index=False)
    reading = ForeignKeyField(Reading, on_delete="RESTRICT")
    state = ChoiceField(ReadingState)

    class Meta:
        indexes = ((("sheet", "reading"), True),)
        constraints = [one_of("state", ReadingState)]


class SheetRemark(Table):
    """What was noted beside a meter, until somebody has seen to it."""

    # Its index is the first half of (sheet, meter).
    sheet = ForeignKeyField(ReadingSheet, backref="remarks", on_delete="RESTRICT", index=False)
    meter = ForeignKeyField(Meter, backref="remarks", on_delete="RESTRICT")
    code = ChoiceField(RemarkCode)
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    noted_at = MomentField()
    # Whether the remark itself noted the meter as failed, and what was noted before.
    noted_failure = BooleanField(default=False)
    failed_before = DateField(null=True)
    settled_at = MomentField(null=True, index=True)
    settled_by = ForeignKeyField(
        Employee, null=True, backref="settled_remarks", on_delete="RESTRICT", index=False
    )
    outcome = CharField(max_length=LONGEST_OUTCOME, default="")

    class Meta:
        indexes = ((("sheet", "meter"), True),)
        constraints = [one_of("code", RemarkCode)]


class SheetUpload(Table):
    """A filled workbook that came back: looked at first, then entered account by account."""

    sheet = ForeignKeyField(ReadingSheet, backref="uploads", on_delete="RESTRICT")
    name = CharField(max_length=LONGEST_FILE_NAME)
    # The rows as they were read: values and codes, never sentences.
    rows = TextField()
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    uploaded_at = MomentField()
    entered_at = MomentField(null=True)


TABLES = (ReadingSheet, SheetEntry, SheetDisplaced, SheetRemark, SheetUpload)
