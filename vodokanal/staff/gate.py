"""The gate of every staff view: closed unless the employee's roles allow this very page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar, cast

import flask_admin
from flask import abort, request
from flask_admin import BaseView
from werkzeug.wrappers import Response

from vodokanal.staff.menu import START, menu_of
from vodokanal.web.access import Row, allows
from vodokanal.web.addresses import staff_target
from vodokanal.web.identity import signed_in

# Every other page counts as writing until somebody says that it only reads.
READING = frozenset({"index", "index_view", "details_view"})
FOUND, SEE_OTHER = 302, 303

View = TypeVar("View", bound=Callable[..., Any])


def expose(url: str = "/", *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Makes a method of a view a page of the admin."""
    return cast("Callable[[View], View]", flask_admin.expose(url, methods))


class Gate(BaseView):
    """Mixed into every view of the admin, its start page included."""

    # The permissions of an area are `<area>.read` and `<area>.write`.
    area: ClassVar[str] = ""
    # Pages that ask for another permission than their area's.
    permissions: ClassVar[Mapping[str, Row]] = {}
    section: ClassVar[str] = ""
    in_menu: ClassVar[bool] = True
    # What Flask-Admin keeps of a view: its name in addresses, its pages with theirs.
    endpoint: str
    _urls: ClassVar[list[tuple[str, str, tuple[str, ...]]]]
    _default_view: ClassVar[str]

    def row_for(self, page: str) -> Row:
        """Who may open a page of this view; whatever is not known as reading is writing."""
        if page in self.permissions:
            return self.permissions[page]
        return f"{self.area}.{'read' if page in READING else 'write'}"

    def may(self, page: str) -> bool:
        """Whether the employee of this request may open the page."""
        return allows(self.row_for(page), signed_in())

    def is_accessible(self) -> bool:
        """Whether the view stands in the employee's menu."""
        return self.may(self._default_view)

    def pages(self) -> list[str]:
        """The pages that this view has."""
        return sorted({page for _url, page, _methods in self._urls})

    def access_rows(self) -> dict[str, Row]:
        """The rows of the access table that this view adds: one a page."""
        return {f"{self.endpoint}.{page}": self.row_for(page) for page in self.pages()}

    def create_blueprint(self, admin: Any) -> Any:
        """The view's addresses: those of its pages and no others."""
        pages = self.pages()
        # An address that is not there cannot be forgotten in the access table.
        type(self)._urls = [each for each in self._urls if each[1] in pages]
        return super().create_blueprint(admin)

    def return_url(self) -> str:
        """Where the employee came from, such as a list as it was searched; or the first page."""
        home: str = self.get_url(f".{self._default_view}")
        return staff_target(request.values.get("url")) or home

    def show_again(self, page: str, *, refusal: str, **place: Any) -> Any:
        """A form that could not be taken for a reason of its surroundings, as it was typed."""
        raise NotImplementedError

    def shown_again(self, page: str, /, **options: Any) -> Any:
        """The same, for those alone whom the gate lets in."""
        self._handle_view(page)
        return self.show_again(page, **options)

    def render(self, template: str, **values: Any) -> str:
        """A page of the admin, with the menu of who is here."""
        # Flask-Admin's number of the page would hide what every page of ours knows as `page`.
        values.pop("page", None)
        # On the first page the cursor stands in the search: the telephone rings.
        is_start = self.section == START
        defaults = {"menu": menu_of(self), "refusal": "", "sought": "", "finds_first": is_start}
        answer: str = super().render(template, **(defaults | values))
        return answer

    def _handle_view(self, page: str, /, **_options: Any) -> None:
        # The access table has asked already; this wall stands even where a row there is wrong.
        if not self.may(page):
            abort(403)
        # Flask-Admin itself would follow every address of this host, and break on odd ones.
        target = request.values.get("url")
        if target and staff_target(target) is None:
            abort(400)

    def _run_view(self, page: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
        # Flask-Admin's own would call a page a second time after any TypeError in it.
        answer = page(self, *args, **options)
        # After a form the browser is to ask with GET, whatever it had sent.
        if isinstance(answer, Response) and answer.status_code == FOUND:
            answer.status_code = SEE_OTHER
        return answer
