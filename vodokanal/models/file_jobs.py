"""What a worker is to do with a file that was sent in: the row is the job, and says how it ended."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, BigIntegerField, CharField, Check, ForeignKeyField, IntegerField, TextField

from vodokanal.models.base import Table, one_of
from vodokanal.models.book_imports import BookImport
from vodokanal.models.fields import ChoiceField, MomentField
from vodokanal.models.people import Employee
from vodokanal.models.reading_sheets import SheetUpload


class FileDeed(StrEnum):
    """What is to be done with a file."""

    CHECK_BOOK = "check_book"
    IMPORT_BOOK = "import_book"
    ENTER_SHEET = "enter_sheet"


class FileJob(Table):
    """A workbook to be looked through or imported, or a filled sheet to be entered."""

    deed = ChoiceField(FileDeed)
    book = ForeignKeyField(BookImport, null=True, backref="jobs", on_delete="RESTRICT")
    upload = ForeignKeyField(SheetUpload, null=True, backref="jobs", on_delete="RESTRICT")
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    # The newest reading that the employee's preview of a sheet knew.
    mark = BigIntegerField(default=0)
    created_at = MomentField()
    # How many rows are dealt with, and of how many; 0: nobody knows yet.
    done = IntegerField(default=0)
    total = IntegerField(default=0)
    attempts = IntegerField(default=0)
    # By the real clock; a worker that dies leaves it to another one after that.
    leased_until = MomentField(null=True)
    ended_at = MomentField(null=True)
    # What stood in the way, as a code with the limit that it is beyond; empty when it was done.
    refusal = CharField(max_length=40, default="")
    bound = BigIntegerField(default=0)
    # What there is to be told of rows that were left out, as JSON.
    told = TextField(default="[]")

    class Meta:
        constraints = [
            one_of("deed", FileDeed),
            Check("attempts >= 0 AND done >= 0 AND total >= 0"),
            Check("(deed = 'enter_sheet') = (upload_id IS NOT NULL)"),
            Check("(book_id IS NULL) <> (upload_id IS NULL)"),
        ]


# A file has one job at a time; there are few that are not done, and they are looked for often.
for _field in (FileJob.book, FileJob.upload):
    FileJob.add_index(
        _field, unique=True, where=SQL("ended_at IS NULL"), name=f"file_job_open_{_field.name}"
    )

TABLES = (FileJob,)
