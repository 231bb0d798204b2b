"""The form by which services begin, end, or are only counted, from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm

from vodokanal.billing.services import Charging, Service
from vodokanal.models.account_changes import ChangeKind
from vodokanal.models.accounts import Account
from vodokanal.operations.service_changes import ServiceChange, change_services, services_on
from vodokanal.staff.dated_desk import DatedDesk
from vodokanal.staff.dated_fields import day_field, paper_field, past_field
from vodokanal.staff.dated_forms import DatedForm
from vodokanal.staff.labels import LABELS
from vodokanal.web.clock import today
from vodokanal.web.form_fields import ChoiceField

N_ = lazy_gettext

NONE = "none"
SUPPLIES = ((NONE, N_("not supplied")), *LABELS[Charging].items())
NAMES = ("on", *(each.value for each in Service), "paper", "is_backdated")


def service_field(service: Service) -> Any:
    """Whether a service is supplied, and who charges it."""
    return ChoiceField(LABELS[Service][service], offered=lambda: SUPPLIES)


def services_in(form: Any) -> Mapping[Service, Charging | None]:
    """What was chosen, by service."""
    chosen = {each: form[each.value].data for each in Service}
    return {each: None if who == NONE else who for each, who in chosen.items()}


class ServicesForm(DatedForm):
    """Each service as it is from a day on."""

    on = day_field(N_("From this day on"))
    cold = service_field(Service.COLD)
    hot = service_field(Service.HOT)
    sewage = service_field(Service.SEWAGE)
    paper = paper_field(N_("The paper that was seen"))
    is_backdated = past_field(
        N_("For a day in an issued month: it is put right when these months are calculated anew.")
    )


class ServiceDesk(DatedDesk):
    code, section = "service_changes", "accounts"
    title, address = N_("Change the services"), "/staff/service-changes"
    kind, deed = ChangeKind.SERVICES, "accounts.change"
    done = N_("The services are noted as they are from that day on.")

    def form_class(self, account: Account) -> type[DatedForm]:
        return ServicesForm

    def proposed(self, account: Account) -> dict[str, Any]:
        now = services_on(account.id, today())
        return {"on": today(), **{each.value: who or NONE for each, who in now.items()}}

    def groups(self, form: FlaskForm) -> Sequence[tuple[str, Sequence[str]]]:
        return (("", NAMES),)

    def operation(self) -> Any:
        return change_services

    def change_in(self, form: Any, account: Account) -> ServiceChange:
        return ServiceChange(
            account.id, form.on.data, services_in(form), form.paper.data, form.is_backdated.data
        )
