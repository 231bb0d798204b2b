"""Lines of a month as they stand: as billed, or as something else has been put in their place."""

from __future__ import annotations

from decimal import Decimal

from tests.billing.stories import half_a_year, month
from vodokanal.billing.correction_lines import Total
from vodokanal.billing.line_inputs import calculated
from vodokanal.billing.replay import inputs_to_json
from vodokanal.billing.services import Service
from vodokanal.billing.standing_lines import StandingLine, StandingLines, lines_to_json, total_of

JUNE = (month("2026-06"), Service.COLD)


def test_issued_months_and_the_month_itself_have_lines() -> None:
    story = half_a_year()
    lines, _ = story.calculated("2026-07")
    standing = StandingLines(story.known("2026-07"), lines)
    assert len(standing) == 7
    assert [str(period) for period, _ in standing] == [f"2026-{each:02}" for each in range(1, 8)]


def test_a_line_that_is_made_again_comes_to_the_same() -> None:
    (line,) = StandingLines(half_a_year().known("2026-07"))[JUNE]
    assert StandingLine.made_from(line.inputs) == line
    assert line.with_inputs(line.inputs) is line
    assert total_of([line, line]) == Total(Decimal(10), Decimal(500))


def test_parts_are_in_order_whatever_order_they_were_read_in() -> None:
    story = half_a_year(dearer=month("2026-06").first_day.replace(day=11))
    story.billed.reverse()
    found = StandingLines(story.known("2026-07"))[JUNE]
    assert [str(each.amount) for each in found] == ["83.33", "200.00"]


def test_lines_put_in_the_place_of_others_leave_the_rest() -> None:
    standing = StandingLines(half_a_year().known("2026-07"))
    other = standing.with_lines({JUNE: []})
    assert (list(other[JUNE]), len(standing[JUNE]), len(other)) == ([], 1, 6)


def test_lines_are_kept_as_their_inputs_are() -> None:
    story = half_a_year()
    lines = StandingLines(story.known("2026-07"))[JUNE]
    kept = inputs_to_json(lines[0].inputs, calculated(lines[0].inputs).product)
    assert kept == story.billed[-1].inputs
    assert lines_to_json(lines)[0]["product"] == "250.00000"
