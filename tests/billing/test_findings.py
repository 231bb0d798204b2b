"""Findings are kept as codes and values, and come back as they were."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.findings import (
    FINDINGS,
    AboveUsual,
    DigitExtra,
    DigitMissing,
    Finding,
    LitresTyped,
    LooksSwapped,
    LowerThanPrevious,
    MeterFailed,
    NotCommissioned,
    Rollover,
    UnknownFindingError,
    VerificationOverdue,
    ZeroAfterUse,
    findings_from_json,
    findings_to_json,
)

volumes = st.integers(min_value=0, max_value=10**10).map(lambda n: Decimal(n).scaleb(-3))
findings: st.SearchStrategy[Finding] = st.one_of(
    st.builds(Rollover),
    st.builds(NotCommissioned),
    st.builds(LowerThanPrevious, volumes),
    st.builds(AboveUsual, st.none() | volumes, volumes),
    st.builds(ZeroAfterUse, volumes),
    st.builds(LooksSwapped, st.text()),
    st.builds(DigitMissing, volumes),
    st.builds(DigitExtra, volumes),
    st.builds(LitresTyped, volumes),
    st.builds(VerificationOverdue, st.dates()),
    st.builds(MeterFailed, st.dates()),
)


def test_findings_are_kept_as_codes_and_values() -> None:
    kept = findings_to_json([LowerThanPrevious(Decimal("153.200")), LooksSwapped("ВСГ-15")])
    assert kept == (
        '[{"code": "lower_than_previous", "previous": "153.200"}, '
        '{"code": "looks_swapped", "other_serial": "ВСГ-15"}]'
    )


def test_dates_and_missing_values_are_kept() -> None:
    found = (VerificationOverdue(date(2026, 9, 1)), AboveUsual(None, Decimal("31.000")))
    assert findings_from_json(findings_to_json(found)) == found


def test_nothing_found_is_an_empty_list() -> None:
    assert findings_to_json(()) == "[]"
    assert findings_from_json("[]") == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{}x",
        "[1]",
        "[{}]",
        '[{"code": "no_such_code"}]',
        '[{"code": "digit_missing"}]',
        '[{"code": "digit_missing", "meant": "NaN"}]',
        '[{"code": "meter_failed", "since": "yesterday"}]',
    ],
)
def test_anything_else_in_the_row_is_a_loud_error(text: str) -> None:
    with pytest.raises(UnknownFindingError) as error:
        findings_from_json(text)
    assert error.value.kept == text


def test_every_finding_has_a_code_of_its_own() -> None:
    # By name: a class with slots leaves its first draft among the subclasses.
    names = {kind.__name__ for kind in FINDINGS.values()}
    assert names == {kind.__name__ for kind in Finding.__subclasses__()}
    assert {kind.code: kind for kind in FINDINGS.values()} == FINDINGS


def test_some_are_asked_about_and_some_only_recorded() -> None:
    assert {code for code, kind in FINDINGS.items() if not kind.asks} == {
        "rollover",
        "verification_overdue",
        "meter_failed",
        "not_commissioned",
    }
    assert {code for code, kind in FINDINGS.items() if kind.records} == {
        "verification_overdue",
        "meter_failed",
        "not_commissioned",
    }


@given(st.lists(findings))
def test_findings_go_there_and_back(found: list[Finding]) -> None:
    assert findings_from_json(findings_to_json(found)) == tuple(found)


@given(st.lists(findings))
def test_kept_text_is_the_same_the_second_time(found: list[Finding]) -> None:
    kept = findings_to_json(found)
    assert findings_to_json(findings_from_json(kept)) == kept
