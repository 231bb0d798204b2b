"""What is supplied, to whom a price applies, and who bills it."""

from __future__ import annotations

from vodokanal.billing.values import Word


class CustomerGroup(Word):
    """Whom a tariff is set for."""

    POPULATION = "population"
    ORGANISATION = "organisation"
    BUDGET = "budget"


class Service(Word):
    """What is supplied."""

    COLD = "cold"
    HOT = "hot"
    SEWAGE = "sewage"


# In the order of a bill.
SERVICES = tuple(Service)


class Charging(Word):
    """Who bills a service: we do, or somebody else and we only count it for the sewage."""

    CHARGED = "charged"
    COUNTED = "counted"
