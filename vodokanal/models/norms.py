"""Norms of consumption, and what they are multiplied by where a meter could be."""

from __future__ import annotations

from peewee import CharField, Check, DateField, ForeignKeyField, IntegerField

from vodokanal.billing.norms import NormBasis
from vodokanal.billing.services import Service
from vodokanal.models.base import Table, not_before, one_of
from vodokanal.models.fields import ChoiceField, HundredthsField, VolumeField
from vodokanal.models.places import NormCategory


class Norm(Table):
    """Cubic metres a month for each unit of its basis, from a day, to a day inclusive.

    A norm for people names a category of amenities, one for livestock its kind in `what`; a norm
    for gardens holds from `season_from` to `season_to`, months of each year, both inclusive.
    """

    ONE_A_DAY = ("category", "basis", "what", "service")

    basis = ChoiceField(NormBasis, default=NormBasis.PERSON)
    category = ForeignKeyField(NormCategory, null=True, on_delete="RESTRICT")
    what = CharField(max_length=60, default="")
    service = ChoiceField(Service)
    volume = VolumeField()
    season_from = IntegerField(null=True)
    season_to = IntegerField(null=True)
    document = CharField(max_length=200, default="")
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        constraints = [
            one_of("basis", NormBasis),
            one_of("service", Service),
            Check("volume >= 0"),
            Check("(basis = 'person') = (category_id IS NOT NULL)"),
            Check("season_from IS NULL OR season_from BETWEEN 1 AND 12"),
            Check("season_to IS NULL OR season_to BETWEEN 1 AND 12"),
            Check("(season_from IS NULL) = (season_to IS NULL)"),
            not_before("ends_on", "starts_on"),
        ]


class Multiplier(Table):
    """By how much a norm is multiplied where a meter is possible and there is none."""

    ONE_A_DAY = ("service",)

    service = ChoiceField(Service)
    value = HundredthsField()
    document = CharField(max_length=200, default="")
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        constraints = [
            one_of("service", Service),
            Check("value >= 100"),
            not_before("ends_on", "starts_on"),
        ]


TABLES = (Norm, Multiplier)
