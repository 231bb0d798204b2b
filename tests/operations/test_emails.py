"""An address is written to once somebody has confirmed that it is the resident's."""

from __future__ import annotations

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.factories import make_email
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import Resident
from vodokanal.operations.emails import confirm_email
from vodokanal.operations.records import update_record

NOW = moment("2026-11-12T10:42")
ADDRESS = "anna@mail.example"


def unconfirmed(cast: Cast) -> None:
    make_email(cast.anna, ADDRESS)
    Resident.update(email_confirmed_at=None).execute()


def confirmed_at(cast: Cast) -> object:
    return Resident.get_by_id(cast.anna.id).email_confirmed_at


def test_confirmed_address_is_noted_once(cast: Cast) -> None:
    unconfirmed(cast)
    for _ in range(2):
        confirm_email(actor_of(cast.galina), cast.anna.id, email=ADDRESS, at=NOW)
    assert confirmed_at(cast) == NOW
    (entry,) = JournalEntry.select()
    assert (entry.action, entry.after) == ("confirm_email", f'{{"email": "{ADDRESS}"}}')


def test_address_that_has_changed_meanwhile_is_not_confirmed(cast: Cast) -> None:
    unconfirmed(cast)
    confirm_email(actor_of(cast.galina), cast.anna.id, email="old@x.example", at=NOW)
    assert confirmed_at(cast) is None


def test_no_address_is_not_confirmed(cast: Cast) -> None:
    confirm_email(actor_of(cast.galina), cast.anna.id, email="", at=NOW)
    assert confirmed_at(cast) is None


def test_changed_address_is_no_longer_confirmed(cast: Cast) -> None:
    resident = make_email(cast.anna, ADDRESS)
    seen = {"email": ADDRESS}
    new = {"email": "another@mail.example"}
    update_record(actor_of(cast.galina), resident, values=new, seen=seen, at=NOW)
    assert confirmed_at(cast) is None


def test_changed_name_leaves_the_address_confirmed(cast: Cast) -> None:
    resident = make_email(cast.anna, ADDRESS)
    seen, new = {"name": resident.name}, {"name": "Анна Новая"}
    update_record(actor_of(cast.galina), resident, values=new, seen=seen, at=NOW)
    assert confirmed_at(cast) is not None
