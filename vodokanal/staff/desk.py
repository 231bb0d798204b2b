"""The base of every desk: a page of the staff that is no table."""

from __future__ import annotations

from typing import ClassVar

from vodokanal.staff.gate import Gate


class StaffDesk(Gate):
    """A desk with its own address below /staff/."""

    code: ClassVar[str]
    title: ClassVar[str]
    address: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.title, endpoint=self.code, url=self.address)
