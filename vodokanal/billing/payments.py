"""How money comes, and what an account brings along."""

from __future__ import annotations

from enum import StrEnum, auto


class OpeningKind(StrEnum):
    """What an account brings along: a month's debt, a penalty, or money paid ahead."""

    DEBT = auto()
    PENALTY = auto()
    ADVANCE = auto()


class Channel(StrEnum):
    """How money came."""

    DESK = auto()
    BANK = auto()
    POST = auto()
    CARD = auto()
    OTHER = auto()
