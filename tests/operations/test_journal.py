"""The journal: who changed what, from what, to what, and when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.engines import Engine
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.models.journal import JournalEntry
from vodokanal.models.settings import Setting
from vodokanal.operations.actors import SYSTEM, Actor, ActorKind
from vodokanal.operations.journal import as_text, record

NOW = moment("2026-11-12T10:42")


def test_entry_names_actor_subject_and_moment(cast: Cast) -> None:
    changes = ({"place": "кухня"}, {"place": "подвал"})
    record(actor_of(cast.galina), "move", subject=cast.cold, at=NOW, changes=changes)
    entry = JournalEntry.get()
    assert (entry.actor_kind, entry.actor_id) == ("employee", cast.galina.id)
    assert (entry.subject_table, entry.subject_id) == ("meter", cast.cold.id)
    assert (entry.before, entry.after) == ('{"place": "кухня"}', '{"place": "подвал"}')
    assert (entry.actor_name, entry.action, entry.at) == (cast.galina.name, "move", NOW)


def test_whole_table_may_be_the_subject(database: Engine) -> None:
    record(SYSTEM, "import", subject=Setting, at=NOW)
    entry = JournalEntry.get()
    assert (entry.subject_table, entry.subject_id) == ("setting", None)
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("system", None, "portal")


def test_values_are_written_as_people_read_them(cast: Cast) -> None:
    values = {
        "meter": cast.cold,
        "kind": Kind.HOT,
        "value": Decimal("3.20"),
        "period": Period(2026, 11),
        "on": date(2026, 11, 12),
        "at": NOW,
    }
    assert as_text(values) == (
        f'{{"meter": {cast.cold.id}, "kind": "hot", "value": "3.20", "period": "2026-11", '
        '"on": "2026-11-12", "at": "2026-11-12T10:42:00+03:00"}'
    )


def test_nothing_is_an_empty_text() -> None:
    assert as_text({}) == ""


def test_value_without_a_form_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no place in the journal"):
        as_text({"odd": {1}})


@pytest.mark.parametrize(
    ("actor", "code", "resident_id", "employee_id"),
    [
        (Actor(ActorKind.RESIDENT, 17, "Анна"), "resident:17", 17, None),
        (Actor(ActorKind.EMPLOYEE, 3, "Галина"), "employee:3", None, 3),
        (SYSTEM, "system", None, None),
    ],
)
def test_actor_is_one_kind_of_person(
    actor: Actor, code: str, resident_id: int | None, employee_id: int | None
) -> None:
    assert (actor.code, actor.resident_id, actor.employee_id) == (code, resident_id, employee_id)
