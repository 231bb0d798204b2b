"""What the members of named choices are called on staff pages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext

from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.methods import Method
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.payments import Channel, OpeningKind
from vodokanal.billing.readings import Kind, ReadingState, Source
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import Charging, CustomerGroup, Service
from vodokanal.billing.terms import Term
from vodokanal.models.accounts import HolderKind, ReceiptDelivery
from vodokanal.models.export_maps import ExportSheet, ExportSource
from vodokanal.models.holder_changes import ChangeKind
from vodokanal.models.ledger import SourceTable
from vodokanal.models.letters import LetterKind, LetterState
from vodokanal.models.looks import CameFrom, LookReason
from vodokanal.models.people import Relation
from vodokanal.models.places import PremisesKind, QuantityKind
from vodokanal.staff.export_words import SOURCE_WORDS
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
    Method: {
        Method.METER: N_("by the meter"),
        Method.AVERAGE: N_("by the average"),
        Method.NORM: N_("by the norm"),
        Method.NO_METER: N_("no meter, by the norm"),
        Method.SUM: N_("by cold and hot water"),
    },
    ChangeKind: {
        ChangeKind.SALE: N_("sale"),
        ChangeKind.INHERITANCE: N_("inheritance"),
        ChangeKind.DEATH: N_("death"),
        ChangeKind.DIVORCE: N_("divorce"),
        ChangeKind.OTHER: N_("something else"),
    },
    ReceiptDelivery: {
        ReceiptDelivery.PAPER: N_("on paper"),
        ReceiptDelivery.EMAIL: N_("by e-mail"),
        ReceiptDelivery.BOTH: N_("on paper and by e-mail"),
    },
    Channel: {
        Channel.DESK: N_("at the desk"),
        Channel.BANK: N_("bank"),
        Channel.POST: N_("post"),
        Channel.CARD: N_("card on the site"),
        Channel.OTHER: N_("otherwise"),
    },
    OpeningKind: {
        OpeningKind.DEBT: N_("debt"),
        OpeningKind.PENALTY: N_("penalty"),
        OpeningKind.ADVANCE: N_("paid ahead"),
    },
    MovementKind: {
        MovementKind.OPENING: N_("opening balance"),
        MovementKind.CHARGE: N_("charge"),
        MovementKind.CORRECTION: N_("correction"),
        MovementKind.PENALTY: N_("penalty"),
        MovementKind.PAYMENT: N_("payment"),
        MovementKind.REVERSAL: N_("payment taken back"),
    },
    Side: {
        Side.PRINCIPAL: N_("debt"),
        Side.PENALTY: N_("penalty"),
        Side.REVENUE: N_("revenue"),
        Side.PENALTY_INCOME: N_("penalties received"),
        Side.MONEY: N_("money"),
        Side.OPENING: N_("opening balance"),
    },
    SourceTable: {
        SourceTable.OPENING: N_("opening balance"),
        SourceTable.CHARGE: N_("charge"),
        SourceTable.CORRECTION: N_("correction"),
        SourceTable.PENALTY: N_("penalty"),
        SourceTable.PAYMENT: N_("payment"),
        SourceTable.REVERSAL: N_("payment taken back"),
    },
    RecalculationReason: {
        RecalculationReason.TRUE_UP: N_("readings have come"),
        RecalculationReason.READING_CORRECTED: N_("a reading was corrected"),
        RecalculationReason.ABSENCE: N_("temporary absence"),
        RecalculationReason.INTERRUPTION: N_("a break in supply"),
        RecalculationReason.CHECK: N_("a check of the meter"),
        RecalculationReason.RATES: N_("prices or norms"),
        RecalculationReason.MANUAL: N_("by hand"),
    },
    NormBasis: {
        NormBasis.PERSON: N_("for each person"),
        NormBasis.GARDEN: N_("for each m² of garden"),
        NormBasis.LIVESTOCK: N_("for each head of livestock"),
    },
    Term: {
        Term.AVERAGE_MONTHS: N_("Average: over at least so many months"),
        Term.AVERAGE_MONTHS_YOUNG: N_("Average of a young meter: over at least so many months"),
        Term.MONTHS_BY_AVERAGE: N_("Charged by average: at most so many months in a row"),
        Term.PENALTY_FIRST_DAY: N_("Penalty: from this day after the day of payment"),
        Term.PENALTY_FIRST_SHARE: N_("Penalty: one part of the rate in so many, at first"),
        Term.PENALTY_SECOND_DAY: N_("Higher penalty: from this day after the day of payment"),
        Term.PENALTY_SECOND_SHARE: N_("Higher penalty: one part of the rate in so many"),
        Term.PENALTY_CAP: N_("Penalty: at most this rate, per cent a year"),
        Term.ABSENCE_DAYS: N_("Absence: recalculated if longer than so many full days"),
        Term.BREAK_HOURS_A_MONTH: N_("Interruptions: hours allowed in a month"),
        Term.BREAK_HOURS_AT_ONCE: N_("Interruptions: hours allowed at once"),
        Term.BREAK_PERCENT_AN_HOUR: N_("Interruptions: per cent off for every hour beyond"),
        Term.ANSWER_DAYS: N_("Disputes: working days for the answer"),
    },
    ExportSheet: {
        ExportSheet.READINGS: N_("GIS ZhKH: readings"),
        ExportSheet.METERS: N_("GIS ZhKH: meters"),
    },
    ExportSource: SOURCE_WORDS,
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
    CameFrom: {
        CameFrom.SEARCH: N_("from the search"),
        CameFrom.LIST: N_("from a list"),
        CameFrom.DIRECT: N_("directly"),
    },
    LookReason: {
        LookReason.CALLED: N_("rang us up"),
        LookReason.CAME: N_("came to us"),
        LookReason.CHECK: N_("a check"),
    },
    Relation: {
        Relation.OWNER: N_("owner"),
        Relation.REGISTERED: N_("registered here"),
        Relation.TRUSTED: N_("trusted"),
    },
    LetterKind: {
        LetterKind.READINGS_RECEIVED: N_("confirmation of readings"),
        LetterKind.RECEIPT_READY: N_("receipt is ready"),
        LetterKind.MONTH_STANDING: N_("month is not issued"),
        LetterKind.DISPUTE_ANSWERED: N_("answer to a dispute"),
    },
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
