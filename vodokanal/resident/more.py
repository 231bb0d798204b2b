"""Everything that is not needed every month: the meters' papers, the account, other addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _

from vodokanal.billing.readings import why_only_recorded
from vodokanal.operations.accounts import accounts_of, current_holder
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.visits import Visit
from vodokanal.resident.blueprint import blueprint
from vodokanal.resident.opening import open_visit, reader_id
from vodokanal.resident.said_back import Head, head_of
from vodokanal.web.clock import today
from vodokanal.web.dates import full_day
from vodokanal.web.wording import account_words, not_charged_sentences

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class MeterPapers:
    """What is noted of a meter besides its readings."""

    head: Head
    facts: Pairs
    notes: Sequence[str]


@blueprint.get("/<number>/more/")
def more(number: str) -> str:
    visit = open_visit(number)
    return render_template(
        "resident/more.html",
        visit=visit,
        meters=[_papers(story) for story in visit.stories],
        facts=_facts(visit),
        has_others=len(accounts_of(reader_id())) > 1,
    )


def _papers(story: MeterStory) -> MeterPapers:
    meter = story.meter
    dated = [
        (_("Installed"), meter.installed_on),
        (_("Commissioned"), meter.commissioned_on),
        (_("Verified"), meter.verified_on),
        (_("To be verified by"), meter.verify_by),
    ]
    written = [(_("Model"), meter.model), (_("Seal"), meter.seal_number)]
    return MeterPapers(
        head=head_of(story),
        facts=[(name, full_day(when)) for name, when in dated if when is not None]
        + [(name, text) for name, text in written if text],
        notes=not_charged_sentences(why_only_recorded(story.facts, today())),
    )


def _facts(visit: Visit) -> Pairs:
    account = visit.account
    facts = [
        (_("Account number"), account_words(account.number)),
        (_("District"), visit.district.name),
    ]
    # A trusted daughter sends and pays; whose debt it is remains the owner's affair.
    if not visit.sees_people:
        return facts
    holder = current_holder(visit.access.account_id)
    if holder is not None:
        facts.append((_("Payer"), holder.name))
    if account.contract_number:
        facts.append((_("Contract"), account.contract_number))
    return facts
