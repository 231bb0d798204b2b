"""The places of the town where something out of the ordinary can be seen, and what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from vodokanal.billing.readings import Kind, Source


class Trouble(StrEnum):
    """What happened to a meter."""

    REPLACED = "replaced"
    ROLLED_OVER = "rolled over"
    OVERDUE = "overdue"
    FAILED = "failed"
    NOT_COMMISSIONED = "not commissioned"
    NO_METER_POSSIBLE = "no meter possible"


class Doubt(StrEnum):
    """What is odd about the newest reading, and waits for an answer or a decision."""

    DIGIT_MISSING = "digit missing"
    SWAPPED = "swapped"
    # A cistern that runs day and night; nobody at home the whole month.
    ABOVE_USUAL = "above usual"
    ZERO = "zero"
    LOWER_CONFIRMED = "lower, confirmed"
    # Not odd any more: the resident has sent another value since.
    CORRECTED = "corrected"


@dataclass(frozen=True)
class KnownMeter:
    """A meter that is fixed in advance: its number, until when verified, what it showed.

    Values are litres, that of last month first.
    """

    serial: str
    verify_months_ahead: int
    shown: Sequence[int] = ()


@dataclass(frozen=True)
class Story:
    """One place (settlement, street, house, flat) and what is special there.

    `uses` is the use of water by months back, in hundredths of the ordinary.
    """

    place: tuple[str, str, str, str]
    name: str = ""
    telephone: str = ""
    registered: int | None = None
    former_holder: str = ""
    born_months_back: int | None = None
    closed_months_back: int | None = None
    trouble: Trouble | None = None
    trouble_months_back: int = 0
    doubt: Doubt | None = None
    uses: Mapping[int, int] = field(default_factory=dict)
    silent: frozenset[int] = frozenset()
    sources: Mapping[int, Source] = field(default_factory=dict)
    day: int | None = None
    meters: Mapping[Kind, KnownMeter] = field(default_factory=dict)


# Last month first: the present one is left to whoever tries the demo.
COLD_SHOWN = (
    *(153_200, 149_080, 145_100, 140_685, 135_485, 130_615),
    *(126_510, 123_010, 119_510, 115_790, 112_380, 108_740),
)
HOT_SHOWN = (
    *(87_615, 85_230, 83_025, 81_155, 80_515, 78_610),
    *(76_300, 73_700, 71_100, 68_365, 65_425, 62_615),
)
CENTRE_12 = ("", "Садовая ул.", "12")
RIVER_1, RIVER_2 = ("", "Речная ул.", "3к1"), ("", "Речная ул.", "3к2")
FACTORY = ("", "Заводская ул.", "4")

# The first three are the people of `credentials`; a story's place in the row is its number.
STORIES = (
    Story(
        (*CENTRE_12, "5"),
        name="Ветлугина Анна Сергеевна",
        telephone="+7 (000) 555-12-08",
        registered=2,
        silent=frozenset({0, 7, 8}),
        sources={10: Source.OFFICE},
        day=14,
        meters={
            Kind.COLD: KnownMeter("18-204417", 42, COLD_SHOWN),
            Kind.HOT: KnownMeter("19-087352", 2, HOT_SHOWN),
        },
    ),
    Story((*CENTRE_12, "8"), name="Дубинин Игорь Викторович", registered=3),
    Story((*RIVER_2, "15"), name="Ветлугина Мария Ивановна", registered=1, silent=frozenset({0})),
    Story((*CENTRE_12, "2"), doubt=Doubt.DIGIT_MISSING, registered=2),
    Story((*CENTRE_12, "3"), doubt=Doubt.SWAPPED, registered=3),
    Story((*CENTRE_12, "6"), doubt=Doubt.ABOVE_USUAL, registered=2),
    Story((*CENTRE_12, "9"), doubt=Doubt.LOWER_CONFIRMED, registered=2),
    Story((*CENTRE_12, "11"), doubt=Doubt.CORRECTED, registered=4),
    Story((*CENTRE_12, "14"), doubt=Doubt.ZERO, registered=1),
    # A leak of half a year ago, confirmed at the time.
    Story((*CENTRE_12, "20"), uses={6: 550}, registered=3),
    Story((*RIVER_2, "1"), trouble=Trouble.REPLACED, trouble_months_back=7, registered=2),
    Story((*RIVER_2, "4"), trouble=Trouble.ROLLED_OVER, trouble_months_back=4, registered=2),
    Story((*RIVER_2, "5"), trouble=Trouble.OVERDUE, trouble_months_back=3, registered=2),
    Story((*RIVER_2, "7"), trouble=Trouble.FAILED, trouble_months_back=2, registered=2),
    Story((*RIVER_2, "9"), trouble=Trouble.NOT_COMMISSIONED, trouble_months_back=1, registered=4),
    Story((*RIVER_2, "12"), trouble=Trouble.NO_METER_POSSIBLE, registered=2),
    # Nobody is registered, yet water is used: the owner lives there.
    Story((*RIVER_1, "6"), registered=0),
    Story((*RIVER_1, "10"), registered=3, born_months_back=5),
    Story((*FACTORY, "7"), former_holder="Суслов Степан Львович", registered=2),
    Story((*FACTORY, "13"), closed_months_back=4, registered=1),
    # Half a year in the city with the children: no readings, hardly any water.
    Story(
        (*FACTORY, "18"),
        registered=1,
        uses=dict.fromkeys(range(9, 14), 0),
        silent=frozenset(range(9, 14)),
    ),
)
BY_PLACE = {story.place: number for number, story in enumerate(STORIES, start=1)}
