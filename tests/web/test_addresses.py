"""Where a sign-in may lead."""

from __future__ import annotations

import pytest

from vodokanal.web.addresses import own_target, resident_target, staff_target

# Each of these leads away in some browser, or would when glued to a host name.
LEADING_AWAY = [
    "//evil.com",
    "///evil.com",
    "////evil.com",
    "/\\evil.com",
    "\\\\evil.com",
    "https:evil.com",
    "https:/evil.com",
    "https:///evil.com",
    "/\t/evil.com",
    "/\n/evil.com",
    "\t//evil.com",
    "javascript:alert(1)",
    "jav\tascript:alert(1)",
    "data:text/html,x",
    "http://localhost@evil.com",
    "http://localhost.evil.com",
    "//localhost@evil.com",
    "@evil.com",
    ".evil.com",
    " //evil.com",
    "\x00//evil.com",
    "http:\\\\evil.com",
    "/..//evil.com",
    "/x\r\nSet-Cookie:a=b",
    "https://localhost\\@evil.com",
    "//evil。com",
    "/../evil",
    "/a//evil.com",
    "/" + "a" * 512,
    "/x\n",
    "",
    None,
]
# Two of the usual payloads are harmless: they stay on this host whatever a browser does.
STAYING = ["/", "/personal/12-34/readings/?a=1", "/%09/evil.com", "/ok?next=//evil.com", "/#top"]


@pytest.mark.parametrize("text", LEADING_AWAY)
def test_address_that_leads_away_is_refused(text: str | None) -> None:
    assert own_target(text) is None


@pytest.mark.parametrize("text", STAYING)
def test_our_own_address_is_kept(text: str) -> None:
    assert own_target(text) == text


@pytest.mark.parametrize("text", ["/staff", "/staff/", "/staff/accounts/12-34", "/staff?x=1"])
def test_staff_address_is_for_staff_only(text: str) -> None:
    assert (resident_target(text), staff_target(text)) == (None, text)


@pytest.mark.parametrize("text", ["/personal/", "/staffing", "/", "/personal/?x=/staff"])
def test_other_address_is_for_residents_only(text: str) -> None:
    assert (resident_target(text), staff_target(text)) == (text, None)
