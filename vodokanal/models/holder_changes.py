"""Changes of holder: one tenure of premises ends, the next one begins."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, BooleanField, CharField, Check, DateField, ForeignKeyField, TextField

from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField, MomentField, VolumeField
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee
from vodokanal.models.readings import Submission


class ChangeKind(StrEnum):
    """Why the holder is another one."""

    SALE = "sale"
    INHERITANCE = "inheritance"
    DEATH = "death"
    DIVORCE = "divorce"
    OTHER = "other"


class HolderChange(Table):
    """That premises passed from one account to the next one; `on` is the new one's first day."""

    # Its index is the unique one below.
    old_account = ForeignKeyField(Account, backref="left_by", on_delete="RESTRICT", index=False)
    # Empty once the change was taken back: then there is no such account any more.
    new_account = ForeignKeyField(Account, null=True, backref="begun_by", on_delete="RESTRICT")
    on = DateField()
    kind = ChoiceField(ChangeKind)
    # The paper that was seen at the office.
    paper_kind = CharField(max_length=100)
    paper_number = CharField(max_length=60, default="")
    paper_on = DateField(null=True)
    # The number that the old account had until then.
    number = CharField(max_length=20)
    keeps_number = BooleanField(default=True)
    # What was changed and made, so that it can be put back: codes and values as JSON.
    touched = TextField(default="[]")
    made = TextField(default="[]")
    entered_by = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    entered_at = MomentField()
    reversed_by = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    reversed_at = MomentField(null=True)

    class Meta:
        constraints = [
            one_of("kind", ChangeKind),
            Check("paper_kind <> ''"),
            # What has no new account any more was taken back.
            Check("(new_account_id IS NULL) = (reversed_at IS NOT NULL)"),
        ]


class HolderChangeMeter(Table):
    """A meter that was carried over, and what it showed: read, or shared by days."""

    change = ForeignKeyField(HolderChange, backref="meters", on_delete="RESTRICT")
    old_meter = ForeignKeyField(Meter, on_delete="RESTRICT", index=False)
    new_meter = ForeignKeyField(Meter, null=True, on_delete="RESTRICT", index=False)
    value = VolumeField()
    is_estimated = BooleanField(default=False)
    # What the rules noticed about a value that was read: see `billing.findings`.
    findings = TextField(default="[]")
    # What a shared value was made of, as JSON: see `billing.holder_changes`.
    shared = TextField(default="{}")

    class Meta:
        constraints = [Check("value >= 0")]


class HolderChangeSubmission(Table):
    """A copy, for the new account, of what was sent for the new holder's days to the old one."""

    change = ForeignKeyField(HolderChange, backref="submissions", on_delete="RESTRICT")
    # It goes with the copy, which a change that is taken back may remove: see `models.guards`.
    submission = ForeignKeyField(Submission, unique=True, on_delete="CASCADE")


# An account is left once: whoever comes second finds that somebody else was quicker.
HolderChange.add_index(
    HolderChange.old_account,
    unique=True,
    where=SQL("reversed_at IS NULL"),
    name="holder_change_once",
)

TABLES = (HolderChange, HolderChangeMeter, HolderChangeSubmission)
