"""The pages instead of the form: while the window is closed, and once the account is."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from vodokanal.operations.consumption import KeptReading
from vodokanal.operations.visits import Visit
from vodokanal.resident.counted import find_counted
from vodokanal.resident.opening import days_of
from vodokanal.resident.prices import prices_of
from vodokanal.resident.questions import Question
from vodokanal.resident.silence import silence_of
from vodokanal.resident.summons import closed_heading
from vodokanal.web.dates import span


def closed_page(visit: Visit, *, questions: Sequence[Question], refusal: str) -> str:
    """The page instead of the form."""
    # Before the window opens, this is the month whose window closed last.
    missed = visit.term.period.previous
    known = [
        KeptReading(story, reading)
        for story in visit.stories
        if (reading := story.of(missed)) is not None
    ]
    silence = silence_of(visit, missed)
    return render_template(
        "resident/closed.html",
        visit=visit,
        days=days_of(visit),
        questions=questions,
        span=span(visit.term.window.first_day, visit.term.window.last_day),
        missed=missed,
        known=max(known, key=lambda each: each.reading.received_at, default=None),
        silence=silence,
        prices=prices_of(visit, missed, silence=silence),
        counted=find_counted(visit),
        refusal=refusal,
    )


def ended_page(visit: Visit, *, questions: Sequence[Question], refusal: str) -> str:
    """The page of an account that was closed: only its open questions are left."""
    return render_template(
        "resident/ended.html",
        visit=visit,
        heading=closed_heading(visit),
        questions=questions,
        refusal=refusal,
    )
