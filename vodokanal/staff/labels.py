"""What the members of named choices are called on staff pages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext

from vodokanal.billing.readings import Kind, ReadingState, Source
from vodokanal.billing.services import Charging, CustomerGroup, Service
from vodokanal.models.accounts import HolderKind
from vodokanal.models.letters import LetterKind, LetterState
from vodokanal.models.people import Relation
from vodokanal.models.places import PremisesKind, QuantityKind
from vodokanal.web.wording import KINDS, SOURCES, STATES

N_ = lazy_gettext

# Each kind of choice has the labels of its own members.
LABELS: Mapping[type[StrEnum], Mapping[Any, str]] = {
    Kind: KINDS,
    Service: {
        Service.COLD: N_("cold water"),
        Service.HOT: N_("hot water"),
        Service.SEWAGE: N_("sewage"),
    },
    Charging: {
        Charging.CHARGED: N_("charged by us"),
        Charging.COUNTED: N_("counted only"),
    },
    CustomerGroup: {
        CustomerGroup.POPULATION: N_("population"),
        CustomerGroup.ORGANISATION: N_("organisations"),
        CustomerGroup.BUDGET: N_("budget organisations"),
    },
    HolderKind: {
        HolderKind.PERSON: N_("a person"),
        HolderKind.ORGANISATION: N_("an organisation"),
    },
    PremisesKind: {
        PremisesKind.FLAT: N_("a flat"),
        PremisesKind.PRIVATE_HOUSE: N_("a private house"),
        PremisesKind.ROOM: N_("a room"),
        PremisesKind.NON_RESIDENTIAL: N_("not for living"),
    },
    QuantityKind: {
        QuantityKind.GARDEN: N_("garden, m²"),
        QuantityKind.LIVESTOCK: N_("livestock, heads"),
    },
    Relation: {
        Relation.OWNER: N_("owner"),
        Relation.REGISTERED: N_("registered here"),
        Relation.TRUSTED: N_("trusted"),
    },
    LetterKind: {LetterKind.READINGS_RECEIVED: N_("confirmation of readings")},
    LetterState: {
        LetterState.WAITING: N_("waits"),
        LetterState.SENDING: N_("is being sent"),
        LetterState.SENT: N_("has gone out"),
        LetterState.FAILED: N_("not delivered"),
        LetterState.DROPPED: N_("not needed any more"),
    },
    ReadingState: {state: words for state, (_kind, words) in STATES.items()},
    Source: SOURCES,
}


def label_of(member: StrEnum) -> str:
    """What a member is called."""
    return str(LABELS[type(member)][member])
