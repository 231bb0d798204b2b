"""The columns of a turnover sheet: what each is called, its sum, and the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from vodokanal.billing.payments import Channel
from vodokanal.billing.services import Service
from vodokanal.operations.turnover import NOTHING, Scope, Turnover
from vodokanal.staff.labels import label_of
from vodokanal.staff.menu import views_open_to_employee

Value = Callable[[Turnover], Decimal]
# The ledger is asked account by account: no index knows a whole month of it.
MOVEMENTS, CHARGES = "movements", "charge_lines"


@dataclass(frozen=True)
class Figure:
    """One column: its words, its sum, and which list has the rows behind it."""

    words: str
    value: Value
    endpoint: str
    chosen: Mapping[str, Any] = field(default_factory=dict)
    is_balance: bool = False


def figures_of(scope: Scope, whole: Turnover, *, in_full: bool = False) -> list[Figure]:
    """The columns of a sheet; `in_full` those too in which nothing happened, channel by channel."""
    services = [each for each in Service if in_full or each in whole.charged]
    found = [_balance(_("Owed before"), scope.first.previous, value=lambda each: each.opening)]
    if in_full or whole.brought:
        brought = Figure(_("Brought along"), lambda each: each.brought, MOVEMENTS, _moved(scope))
        found.append(brought)
    found += [_charged(scope, each) for each in services]
    corrected = {"posted_period_from": scope.first, "posted_period_to": scope.last}
    found += [
        Figure(_("Corrected"), _corrected, "corrections", corrected),
        Figure(_("Penalties"), lambda each: each.penalty, MOVEMENTS, _moved(scope)),
    ]
    if in_full:
        found += [_paid_through(scope, each) for each in Channel]
    else:
        found.append(Figure(_("Paid"), _paid, MOVEMENTS, _moved(scope)))
    return [*found, _balance(_("Owed after"), scope.last, value=lambda each: each.closing)]


def channel_figures(scope: Scope, whole: Turnover) -> list[Figure]:
    """What was paid, by the channels through which anything came."""
    return [_paid_through(scope, each) for each in Channel if each in whole.paid]


def link_to(view: Any, figure: Figure, **more: Any) -> str:
    """The address of the rows behind a figure, or an empty text."""
    others = {each.endpoint: each for each in views_open_to_employee(view.admin)}
    if figure.endpoint not in others:
        return ""
    address: str = others[figure.endpoint].get_url(
        f"{figure.endpoint}.index_view", **{**figure.chosen, **more}
    )
    return address


def _balance(words: str, period: Any, *, value: Value) -> Figure:
    months = {"period_from": period, "period_to": period}
    return Figure(words, value, "receipts", months, is_balance=True)


def _charged(scope: Scope, service: Service) -> Figure:
    chosen = {"period_from": scope.first, "period_to": scope.last, "service": service.value}
    return Figure(
        label_of(service).capitalize(),
        lambda each: each.charged.get(service, NOTHING),
        CHARGES,
        chosen,
    )


def _paid_through(scope: Scope, channel: Channel) -> Figure:
    return Figure(
        _("Paid: %(channel)s", channel=label_of(channel)),
        lambda each: each.paid.get(channel, NOTHING),
        MOVEMENTS,
        _moved(scope),
    )


def _moved(scope: Scope) -> dict[str, Any]:
    return {"from": scope.first, "to": scope.last}


def _corrected(turnover: Turnover) -> Decimal:
    return sum(turnover.corrected.values(), NOTHING)


def _paid(turnover: Turnover) -> Decimal:
    return sum(turnover.paid.values(), NOTHING)
