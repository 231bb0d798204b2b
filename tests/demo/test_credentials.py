"""What whoever starts the demo is told."""

from __future__ import annotations

from tests.clock import moment
from vodokanal.demo.credentials import LOGINS, PASSWORD, greeting

URL = "http://127.0.0.1:8000"


def test_greeting_names_everybody_who_may_sign_in() -> None:
    text = greeting(URL, None)
    assert all(login in text for login in LOGINS)
    assert PASSWORD in text
    assert f"{URL}/staff/login" in text


def test_greeting_says_what_time_it_is_in_the_demo() -> None:
    assert "clock" not in greeting(URL, None)
    assert "2026-11-15 12:00" in greeting(URL, moment("2026-11-15T12:00"))
