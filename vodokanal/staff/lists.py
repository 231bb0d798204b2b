"""The base of every table in the admin: who sees it, which rows, in which order, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_admin.contrib.peewee import ModelView
from flask_admin.model.base import ViewArgs
from flask_wtf import FlaskForm
from peewee import Expression, ModelSelect

from vodokanal.models.base import Table
from vodokanal.staff import listing
from vodokanal.staff.cells import formatters
from vodokanal.staff.deeds import Deed
from vodokanal.staff.gate import Gate, expose
from vodokanal.staff.lookups import ID, RowLoader
from vodokanal.staff.menu import journal_of, links_of

# Pages of Flask-Admin's that no table of ours has: rows are ended, never deleted.
NEVER_OFFERED = ("export", "ajax_update", "delete_view", "action_view")


class ListView(Gate, ModelView):
    """A table to be looked at; what a subclass does not name is not shown."""

    table: ClassVar[type[Table]]
    code: ClassVar[str]
    title: ClassVar[str]
    adding: ClassVar[str] = ""
    # How rows of other tables are found and called.
    loaders: ClassVar[Mapping[str, type[RowLoader]]] = {}
    # The order of a list, what it can be about or narrowed by, what a click on a head sorts by.
    order: ClassVar[Sequence[Any]] = ()
    owners: ClassVar[Sequence[str]] = ()
    narrowed_by: ClassVar[Sequence[str]] = ()
    sorted_by: ClassVar[Mapping[str, Any]] = {}
    carried: ClassVar[Sequence[str]] = ()
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
    page_size = 50

    def __init__(self) -> None:
        names = dict.fromkeys([*(self.column_list or ()), *(self.form_columns or ())])
        self.column_details_list = list(names)
        self.column_sortable_list = listing.sortable(self.table, self.column_list or ())
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

    def rows(self) -> ModelSelect:
        """Every row of the table, with what its list prints."""
        return self.table.select()

    def ordering(self) -> Sequence[Any]:
        """The order of the list as it is narrowed now."""
        return self.order

    def fits(self, word: str) -> Expression:
        """Whether a row is found by a folded word."""
        raise NotImplementedError

    def heading_of(self, row: Table) -> str:
        """What a row's own page is headed by."""
        return str(row)

    def get_label(self, name: str, value: int) -> str:
        """A row that the list is about, in words."""
        loader = self._form_ajax_refs[name]
        return loader.label(loader.get_one(value) or abort(404))

    def get_query(self) -> ModelSelect:
        chosen = listing.choices_in(request.args, self.narrowed_by, table=self.table)
        return listing.limited(self.rows(), {**self.owner(), **chosen}, table=self.table)

    def get_one(self, id: object) -> Table:  # noqa: A002 - Flask-Admin's own name
        if not ID.fullmatch(str(id)):
            abort(404)
        row: Table | None = self.get_query().where(self.table.id == int(str(id))).first()
        return row or abort(404)

    def get_list(
        self, page: int, sort_column: str | None, *rest: Any, **_more: Any
    ) -> tuple[None, list[Table]]:
        falling, search = rest[:2]
        query = listing.searched(self.get_query(), search, fits=self._finder())
        column = self._column_clicked(sort_column)
        order = self.ordering() if column is None else [column.desc() if falling else column]
        # Two rows alike in everything else must not change places between two pages.
        query = query.order_by(*order, self.table.id)
        found = list(query.limit(self.page_size + 1).offset(page * self.page_size))
        self._template_args.update(self._pager(page, is_last=len(found) <= self.page_size))
        return None, found[: self.page_size]

    def init_search(self) -> bool:
        return self._finder() is not None

    def scaffold_form(self) -> type[FlaskForm]:
        return FlaskForm

    def delete_model(self, model: Table) -> bool:
        abort(403)

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        owner = self.owner()
        self._template_args.update(
            narrowings=listing.narrowings_of(
                self.narrowed_by, table=self.table, labels=self.column_labels, chosen=request.args
            ),
            owner=owner,
            about=[self.get_label(name, value) for name, value in owner.items()],
        )
        answer: ResponseReturnValue = super().index_view()
        return answer

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

    def owner(self) -> dict[str, int]:
        """The rows of other tables that the list is about: `?account=17`."""
        return listing.owner_of(request.args, self.owners)

    def _finder(self) -> listing.Fits | None:
        return self.fits if type(self).fits is not ListView.fits else None

    def _column_clicked(self, name: str | None) -> Any:
        if name is None or name not in self._sortable_columns:
            return None
        return self.sorted_by.get(name, self.table._meta.fields[name])

    def _get_list_extra_args(self) -> ViewArgs:
        # Flask-Admin would hand every argument of the address on to `url_for`.
        known = [*self.owners, *self.narrowed_by, *self.carried]
        return ViewArgs(
            page=request.args.get("page", 0, type=int),
            page_size=self.page_size,
            sort=request.args.get("sort", None, type=int),
            sort_desc=request.args.get("desc", None, type=int),
            search=(request.args.get("search") or "")[: listing.LONGEST_SEARCH],
            extra_args={k: v for k, v in request.args.items() if k in known and v},
        )

    def _pager(self, page: int, *, is_last: bool) -> dict[str, Any]:
        arguments = self._get_list_extra_args()
        before = self._get_list_url(arguments.clone(page=page - 1)) if page else ""
        after = "" if is_last else self._get_list_url(arguments.clone(page=page + 1))
        return {"before_url": before, "after_url": after, "page_number": page + 1}

    def _get_list_url(self, view_args: ViewArgs) -> str:
        return self.get_url(
            ".index_view",
            page=view_args.page or None,
            sort=view_args.sort,
            desc=1 if view_args.sort_desc else None,
            search=view_args.search or None,
            **view_args.extra_args,
        )
