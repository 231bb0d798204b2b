"""What is supplied, to whom a price applies, and who bills it."""

from __future__ import annotations

from enum import StrEnum


class CustomerGroup(StrEnum):
    """Whom a tariff is set for."""

    POPULATION = "population"
    ORGANISATION = "organisation"
    BUDGET = "budget"


class Service(StrEnum):
    """What is supplied."""

    COLD = "cold"
    HOT = "hot"
    SEWAGE = "sewage"


class Charging(StrEnum):
    """Who bills a service: we do, or somebody else and we only count it for the sewage."""

    CHARGED = "charged"
    COUNTED = "counted"
