"""The note on an account's card: written, replaced, removed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField

from vodokanal.models.accounts import Account
from vodokanal.operations.account_notes import (
    LONGEST_NOTE,
    EmptyNoteError,
    NewNote,
    NoteChangedError,
    NoteTooLongError,
    find_note,
    remove_note,
    write_note,
)
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.card_actions import CARD
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import ALREADY_SENT, CONFLICT, UNPROCESSABLE, propose
from vodokanal.staff.lookups import ID
from vodokanal.staff.reading_form import opened
from vodokanal.web.access import Row
from vodokanal.web.arguments import clean_lines
from vodokanal.web.clock import now
from vodokanal.web.form_again import typed
from vodokanal.web.identity import current_actor
from vodokanal.web.wording import account_words

N_ = lazy_gettext


class NoteForm(FlaskForm):
    """The words, and which note stood there when they were written."""

    key = HiddenField()
    seen = HiddenField()
    words = TextAreaField(N_("What whoever takes the next call is to know"), filters=[clean_lines])


class AccountNoteDesk(StaffDesk):
    code, in_menu, first_page = "account_note", False, "account"
    title, address = N_("Note"), "/staff/accounts"

    def row_for(self, page: str) -> Row:
        return "accounts.note"

    @expose("/<number>/note/", methods=("GET", "POST"))
    def account(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        form = new_note_form(account)
        if request.method == "POST" and form.validate():
            return self.submit(account, form)
        return self.note_page(account, form)

    @expose("/<number>/note/remove/", methods=("POST",))
    def remove(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        try:
            remove_note(current_actor(), account.id, seen=id_in(request.form.get("seen")), at=now())
        except NoteChangedError as error:
            form = new_note_form(account)
            return self.note_page(account, form, refusal=changed_words(error), status=CONFLICT)
        flash(_("The note is removed."), "success")
        return redirect(self.get_url(CARD, number=number))

    def submit(self, account: Account, form: NoteForm) -> ResponseReturnValue:
        """Keeps the note, or says beside it why not."""
        new = NewNote(account.id, form.words.data or "", id_in(form.seen.data))
        try:
            write_note(current_actor(), new, key=form.key.data, at=now())
        except EmptyNoteError:
            form.words.errors = [_("Write a note, or remove the one that stands there.")]
        except NoteTooLongError:
            form.words.errors = [_("At most %(most)s characters.", most=LONGEST_NOTE)]
        except NoteChangedError as error:
            return self.note_page(account, form, refusal=changed_words(error), status=CONFLICT)
        except (KeyReusedError, MissingKeyError):
            form.key.data = new_key()
            return self.note_page(account, form, refusal=str(ALREADY_SENT), status=CONFLICT)
        else:
            flash(_("The note is kept."), "success")
            return redirect(self.get_url(CARD, number=account.number_key))
        return self.note_page(account, form)

    def note_page(
        self, account: Account, form: NoteForm, *, refusal: str = "", status: int = UNPROCESSABLE
    ) -> ResponseReturnValue:
        """The note with its field."""
        note = find_note(account.id)
        if status == CONFLICT:
            # What stands there now has been seen with this very page.
            form.seen.data = "" if note is None else str(note.id)
        page = self.render(
            "staff/account_note.html",
            account=account,
            number=account_words(str(account.number)),
            form=form,
            has_note=note is not None,
            longest=LONGEST_NOTE,
            refusal=refusal,
        )
        return (page, status) if request.method == "POST" else page

    def show_again(self, page: str, *, refusal: str, **place: Any) -> ResponseReturnValue:
        account = opened(place["number"])
        return self.note_page(account, new_note_form(account), refusal=refusal)


def new_note_form(account: Account) -> NoteForm:
    """The form as it was typed, or with the note that stands there."""
    note = find_note(account.id)
    kept = {} if note is None else {"words": note.words, "seen": str(note.id)}
    form = NoteForm(typed() or None, data=kept)
    propose(form.key, new_key())
    return form


def id_in(text: str | None) -> int | None:
    """The row that a hidden field names, if any."""
    return int(text) if text and ID.fullmatch(text) else None


def changed_words(error: NoteChangedError) -> str:
    """What somebody else has written meanwhile."""
    return _(
        "Somebody has written meanwhile: “%(words)s”. Save once more if yours is to stand.",
        words=error.words,
    )
