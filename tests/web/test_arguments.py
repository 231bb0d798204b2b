"""Addresses and fields that no page of ours would send."""

from __future__ import annotations

import pytest

from tests.page import Client
from vodokanal.web.arguments import UnreadableTextError, clean_line, clean_lines, printable

HUGE = "9" * 20


@pytest.mark.parametrize(
    "query",
    [
        "a=%00",
        "a=x%0Ay",
        "a=%0d%0aSet-Cookie:x",
        "%1b=1",
        "a=%7f",
        f"page={HUGE}",
        f"id={HUGE}",
        "page=-1",
        "page=1e3",
        "limit=１２",
        "a=" + "x" * 2001,
        "&".join(f"a{n}=1" for n in range(201)),
    ],
)
def test_strange_argument_is_refused(probing: Client, query: str) -> None:
    probing.get(f"/probe/plain?{query}", status=400)


@pytest.mark.parametrize("query", ["", "a=кран", "page=12", "page=", "a=1&a=2", "a=%ED%A0%80"])
def test_ordinary_argument_passes(probing: Client, query: str) -> None:
    assert probing.get(f"/probe/plain?{query}", inspected=False).html == "done"


@pytest.mark.parametrize("path", ["/probe/%00", "/probe/plain%0a", "/personal/%1b/", "/%7f"])
def test_control_character_in_the_path_is_no_page(probing: Client, path: str) -> None:
    probing.get(path, status=404)


@pytest.mark.parametrize("number", [HUGE, str(2**31), "9" * 400])
def test_number_that_no_row_can_have_is_no_page(probing: Client, number: str) -> None:
    probing.get(f"/probe/abort/{number}", status=404)


@pytest.mark.parametrize("name", ["a\x00", "a\nb", "x" * 201])
def test_strange_field_name_is_refused(probing: Client, name: str) -> None:
    probing.post("/probe/plain", {name: "1"}, status=400)


@pytest.mark.parametrize(
    "query", ["", "limit=10", "query=a&limit=51", f"query=a&limit={HUGE}", "query=a&offset=-1"]
)
def test_lookup_without_a_query_or_of_everything_is_refused(probing: Client, query: str) -> None:
    probing.get(f"/staff/anything/ajax/lookup/?{query}", status=400)


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "a\x1b[0m", "a\ud800", "a\x85b"])
def test_line_with_invisible_characters_is_refused(app: object, text: str) -> None:
    with pytest.raises(UnreadableTextError):
        clean_line(text)


def test_line_is_kept_composed_and_without_blanks_around() -> None:
    assert clean_line("  Е\u0308жик\u00a0в тумане \u3000") == "Ёжик\u00a0в тумане"
    assert clean_line(None) == ""


def test_marks_around_a_copied_telephone_are_left_out() -> None:
    assert clean_line("\u202a+7 900 000-00-01\u202c ") == "+7 900 000-00-01"
    assert clean_line("\ufeff\u200b") == ""


def test_lines_keep_their_breaks() -> None:
    assert clean_lines("кран\r\nтечёт\n\tсильно ") == "кран\nтечёт\n\tсильно"


def test_what_is_shown_again_can_be_shown() -> None:
    assert printable("12\x00,\ud8005\n") == "12,5"
    assert printable(None) == ""
