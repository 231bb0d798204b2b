"""The base of every table in the admin: who sees it, which rows, in which order, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_admin.contrib.peewee import ModelView
from flask_wtf import FlaskForm
from peewee import SQL, Expression, ModelSelect

from vodokanal.models.base import Table
from vodokanal.staff import listing
from vodokanal.staff.card_actions import listed_card
from vodokanal.staff.cells import formatters
from vodokanal.staff.deeds import Deed
from vodokanal.staff.downloads import DOWNLOAD, Download, offered_to_employee
from vodokanal.staff.filters import Narrowing, filters_of
from vodokanal.staff.gate import Gate, expose
from vodokanal.staff.listing import Asked
from vodokanal.staff.lookups import ID, RowLoader
from vodokanal.staff.menu import journal_of, links_of
from vodokanal.staff.searches import Looking, Said, any_of, asked_of_each

# Pages of Flask-Admin's that no table of ours has: rows are ended, never deleted.
NEVER_OFFERED = ("export", "ajax_update", "delete_view", "action_view")
NOTHING = SQL("1 = 0")
# The column of an account in every table that has one.
ACCOUNT = "account"
WRONG = 400


class ListView(Gate, ModelView):
    """A table to be looked at; what a subclass does not name is not shown."""

    table: ClassVar[type[Table]]
    code: ClassVar[str]
    title: ClassVar[str]
    adding: ClassVar[str] = ""
    # A table that stays small whatever the town is: any order of it is found quickly.
    few: ClassVar[bool] = False
    # How rows of other tables are found and called.
    loaders: ClassVar[Mapping[str, type[RowLoader]]] = {}
    # The order of a list, what it can be about, and what a click on a head sorts by.
    order: ClassVar[Sequence[Any]] = ()
    owners: ClassVar[Sequence[str]] = ()
    sorted_by: ClassVar[Mapping[str, Any]] = {}
    carried: ClassVar[Sequence[str]] = ()
    # Columns that rows can be chosen by; what the values of plain texts are called; and the
    # values that nearly every row has, where an index keeps the others.
    filtered_by: ClassVar[Sequence[str]] = ()
    filter_words: ClassVar[Mapping[str, Mapping[Any, str]]] = {}
    usual: ClassVar[Mapping[str, str]] = {}
    # Columns of a download that are not simply the row's own, by the function of a row.
    downloaded: ClassVar[Mapping[str, Any]] = {}
    # What can be done to one row: buttons that ask, and pages of its own.
    deeds: ClassVar[Sequence[Deed]] = ()
    row_pages: ClassVar[Sequence[tuple[str, str]]] = ()
    # Lists of other tables about one row of this one: a view and its column.
    related: ClassVar[Sequence[tuple[str, str]]] = ()

    form_base_class = FlaskForm
    list_template, details_template = "staff/table.html", "staff/row.html"
    can_create = can_edit = can_delete = can_export = False
    can_view_details = True
    action_disallowed_list: ClassVar[list[str]] = ["delete"]
    page_size = listing.PAGE

    def __init__(self) -> None:
        names = dict.fromkeys([*(self.column_list or ()), *(self.form_columns or ())])
        self.column_details_list = list(names)
        self.column_sortable_list = listing.sortable(
            self.table, self.column_list or (), columns=self.sorted_by, few=self.few
        )
        self.filters = filters_of(
            self.table,
            self.filtered_by,
            labels=self.column_labels or {},
            words=self.filter_words,
            usual=self.usual,
        )
        self.column_default_sort = [(column, False) for column in self.order]
        self.column_type_formatters = self.column_type_formatters_detail = formatters()
        self.form_ajax_refs = {name: loader(name) for name, loader in self.loaders.items()}
        address = f"/staff/{self.code.replace('_', '-')}"
        super().__init__(self.table, self.title, endpoint=self.code, url=address)

    def pages(self) -> list[str]:
        """The pages that this view has; what it cannot do has no address at all."""
        needs_rows = bool(self.loaders) and (self.can_create or self.can_edit)
        offered = {
            "create_view": self.can_create,
            "edit_view": self.can_edit,
            "ajax_lookup": needs_rows,
            **dict.fromkeys(NEVER_OFFERED, False),
        }
        return [page for page in super().pages() if offered.get(page, True)]

    def row_for(self, page: str) -> Any:
        # The page itself asks for the permission to read besides.
        return DOWNLOAD if page == "download" else super().row_for(page)

    def rows(self) -> ModelSelect:
        """Every row of the table, with what its list prints."""
        return self.table.select()

    def ids(self) -> ModelSelect:
        """The same rows by their ids alone, with just what their order needs."""
        return self.table.select(self.table.id)

    def ordering(self, narrowing: Narrowing) -> Sequence[Any]:
        """The order of the list as it is narrowed now."""
        # Along the index that the range was chosen by.
        ranged = [column for column in narrowing.ranged() if listing.begins_an_index(column)]
        return ranged[:1] or self.order

    def fits(self, word: str) -> Expression:
        """Whether a row of a small table is found by a folded word."""
        raise NotImplementedError

    def meant(self, said: Said) -> list[Expression]:
        """The ways in which a row may be meant, each of them found by an index."""
        return [reduce(and_, map(self.fits, said.words))] if said.words else []

    def conditions(self, asked: Asked, narrowing: Narrowing) -> list[Expression]:
        """What the rows of the list must be like."""
        owned = [getattr(self.table, name) == value for name, value in self.owner().items()]
        return [*owned, *narrowing.conditions(), *self._searched(asked.search)]

    def heading_of(self, row: Table) -> str:
        """What a row's own page is headed by."""
        return str(row)

    def address_of(self, row: Table, return_url: str) -> str:
        """Where a row of the list leads: to its form, or to what is known of it."""
        is_edited = self.can_edit and self.may("edit_view")
        page = ".edit_view" if is_edited else ".details_view"
        address: str = self.get_url(page, id=row.id, url=return_url)
        return address

    def card_of(self, row: Any, name: str) -> str:
        """Where a column that names an account leads; an empty text for any other."""
        account = self.account_of(row) if name == ACCOUNT else None
        return "" if account is None else listed_card(account)

    def account_of(self, row: Any) -> Any:
        """The account that a row is about, loaded with it."""
        return row.account

    def get_label(self, name: str, value: int) -> str:
        """A row that the list is about, in words."""
        loader = self._form_ajax_refs[name]
        return loader.label(loader.get_one(value) or abort(404))

    def owner(self) -> dict[str, int]:
        """The rows of other tables that the list is about: `?account=17`."""
        return listing.owner_of(request.args, self.owners)

    def narrowing(self) -> Narrowing:
        """What the list of this request is narrowed to."""
        return Narrowing(self.filters, request.args)

    def get_one(self, id: object) -> Table:  # noqa: A002 - Flask-Admin's own name
        if not ID.fullmatch(str(id)):
            abort(404)
        row: Table | None = self.rows().where(self.table.id == int(str(id))).first()
        return row or abort(404)

    def ids_in_order(self, asked: Asked, narrowing: Narrowing) -> tuple[ModelSelect, list[Any]]:
        """The ids of the rows of this request, and the order that they are in."""
        clicked = self._column_clicked(asked)
        order = self.ordering(narrowing) if clicked is None else [clicked]
        whole = listing.whole_order(order, self.table)
        query = self.ids()
        for condition in self.conditions(asked, narrowing):
            query = query.where(condition)
        return query.order_by(*whole), whole

    def init_search(self) -> bool:
        kind = type(self)
        return kind.meant is not ListView.meant or kind.fits is not ListView.fits

    def scaffold_form(self) -> type[FlaskForm]:
        return FlaskForm

    def delete_model(self, model: Table) -> bool:
        abort(403)

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        asked, narrowing, owner = Asked.of(request.args), self.narrowing(), self.owner()
        if asked.page > listing.LAST_PAGE:
            abort(404)
        about = [self.get_label(name, value) for name, value in owner.items()]
        ids, order = self.ids_in_order(asked, narrowing)
        ids = ids.limit(self.page_size + 1).offset(asked.page * self.page_size)
        found = listing.page_of(self.rows(), ids, order=order)
        page = self.render(
            self.list_template,
            data=found[: self.page_size],
            is_last=len(found) <= self.page_size or asked.page >= listing.LAST_PAGE,
            asked=asked,
            narrowing=narrowing,
            owner=owner,
            kept=self.kept(asked, owner),
            about=about,
            list_columns=self._list_columns,
            get_value=self.get_list_value,
            list_url=self.list_url,
            return_url=self.list_url(page=asked.page or None),
            formats=offered_to_employee(self),
        )
        return page, 200 if narrowing.is_right else WRONG

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        row = self.get_one(request.args.get("id"))
        return self.render(
            self.details_template,
            row=row,
            heading=self.heading_of(row),
            details_columns=self._details_columns,
            get_value=self.get_detail_value,
            journal=journal_of(self, row),
            links=links_of(self, row),
            return_url=self.return_url(),
        )

    @expose("/download/", methods=("POST",))
    def download(self) -> ResponseReturnValue:
        return Download(self, request.form.get("format", "")).answer()

    def list_url(self, page_name: str = "index_view", **changes: Any) -> str:
        """The address of the list as it is searched, narrowed and sorted, but for the changes."""
        inputs = [name for each in self.filters for name in each.names]
        known = [*self.owners, *inputs, *self.carried]
        given: dict[str, Any] = {name: request.args.getlist(name) for name in known}
        given |= Asked.of(request.args).arguments() | changes
        kept = {name: value for name, value in given.items() if value not in ("", None, [], [""])}
        address: str = self.get_url(f".{page_name}", **kept)
        return address

    def kept(self, asked: Asked, owner: Mapping[str, int]) -> dict[str, Any]:
        """What the form of the search sends along besides its own fields."""
        known = {**asked.arguments(), **owner} | {
            name: request.args.get(name) for name in self.carried
        }
        return {k: v for k, v in known.items() if v not in (None, "") and k != "search"}

    def _searched(self, text: str) -> list[Expression]:
        if not text or not self.init_search():
            return []
        said = Said(text)
        ways = self.meant(said)
        if not ways:
            return [NOTHING]
        if self.few:
            return [reduce(or_, ways)]
        said.count(self.table, ways)
        ways = self.meant(said)
        if said.looking is Looking.ASKED:
            return [asked_of_each(ways)]
        return [any_of(ways, table=self.table)]

    def _column_clicked(self, asked: Asked) -> Any:
        places = dict(enumerate(name for name, _words in self._list_columns))
        name = places.get(-1 if asked.sort is None else asked.sort)
        if name is None or name not in self._sortable_columns:
            return None
        column = self.sorted_by.get(name, self.table._meta.fields.get(name))
        return column.desc() if asked.falls else column
