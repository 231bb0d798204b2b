"""The base of every desk: a page of the staff that is no table."""

from __future__ import annotations

from typing import ClassVar

from vodokanal.staff.gate import Gate


class StaffDesk(Gate):
    """A desk with its own address below /staff/."""

    code: ClassVar[str]
    title: ClassVar[str]
    address: ClassVar[str]
    # The page that stands for a desk which has none at its own address, such as one about a row.
    first_page: ClassVar[str] = ""

    def __init__(self) -> None:
        if self.first_page:
            type(self)._default_view = self.first_page
        super().__init__(self.title, endpoint=self.code, url=self.address)
