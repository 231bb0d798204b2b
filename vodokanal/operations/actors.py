"""Who does something: a resident, an employee, or the portal itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The kinds of those who act."""

    RESIDENT = "resident"
    EMPLOYEE = "employee"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Somebody who acts; `name` is what the journal shows."""

    kind: ActorKind
    id: int | None
    name: str

    @property
    def code(self) -> str:
        """The actor as other rows name it, such as resident:17."""
        return f"{self.kind.value}:{self.id}" if self.id else self.kind.value

    @property
    def resident_id(self) -> int | None:
        """The resident's row, if a resident acts."""
        return self.id if self.kind is ActorKind.RESIDENT else None

    @property
    def employee_id(self) -> int | None:
        """The employee's row, if an employee acts."""
        return self.id if self.kind is ActorKind.EMPLOYEE else None


SYSTEM = Actor(ActorKind.SYSTEM, None, "portal")
