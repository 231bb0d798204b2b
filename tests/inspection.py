"""What every page must be, whoever asks for it: markup, labels, words, safety."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

BLANKS = re.compile(r"[ \t\n\r\f]+")
SILENT = frozenset({"script", "style", "template", "title", "head"})
UNLABELLED = frozenset({"hidden", "submit", "button", "image", "reset"})
REFERRING = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list")
RAW = re.compile(r"\b(None|nan|NaN|undefined|Decimal|datetime|<[a-z]+ object)\b")
FLOAT_AMOUNT = re.compile(r"\d+\.\d+\s*(₽|руб|м³|куб)|\d+,\d\s*(₽|руб)")
RAW_PLACEHOLDER = re.compile(r"%\([a-z_]+\)s|\{\{|\}\}|\{%")
NONCE = re.compile(r"'nonce-([^']+)'")
STAFF = "/staff"
NO_BREAK = "\N{NO-BREAK SPACE}"
# The parser knows HTML as it was in 2016.
OUTDATED = frozenset({"expected-doctype-but-got-chars"})
# The line and column, the parser's code, and facts about it.
Error = tuple[tuple[int, int], str, dict[str, Any]]


def inspect(html: str, response: TestResponse) -> list[str]:
    """Everything that is wrong with the page; nothing when it may be shown."""
    root, errors = _parsed(html)
    faults = [*_markup_faults(html, errors)]
    for rule in RULES:
        faults += rule(root)
    if not response.request.path.startswith(STAFF):
        for rule in OUR_OWN_RULES:
            faults += rule(root)
    nonce = NONCE.search(response.headers.get("Content-Security-Policy", ""))
    return [*faults, *_script_faults(root, nonce[1] if nonce else "")]


def parsed(html: str) -> Element:
    """The tree of a page, without namespaces; the caller may change it."""
    _parsed.cache_clear()
    return _parsed(html)[0]


# A page is parsed, then inspected, and parsing takes longer than making it.
@lru_cache(maxsize=1)
def _parsed(html: str) -> tuple[Element, list[Error]]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    return parser.parse(html), parser.errors


def text_of(element: Element) -> str:
    """The words a reader sees in the element, blanks folded."""
    return BLANKS.sub(" ", "".join(_words(element))).strip()


def _words(element: Element) -> Iterator[str]:
    # A comment's tag is a function.
    if str(element.tag) != element.tag or element.tag in SILENT - {"title"}:
        return
    yield element.text or ""
    for child in element:
        yield from _words(child)
        yield child.tail or ""


def _markup_faults(html: str, errors: list[Error]) -> Iterator[str]:
    lines = html.splitlines()
    for (line, _column), code, facts in errors:
        if code not in OUTDATED:
            yield f"markup, line {line}: {code} {facts}: {lines[line - 1].strip()[:120]}"


def _headings(root: Element) -> Iterator[str]:
    headings = [text_of(each) for each in root.iter("h1")]
    title = "".join(text_of(each) for each in root.iter("title"))
    if len(headings) != 1 or not headings[0]:
        yield f"one h1 is wanted, found {headings}"
    elif not title.replace(NO_BREAK, " ").startswith(headings[0].replace(NO_BREAK, " ")):
        yield f"the title {title!r} does not begin with the h1 {headings[0]!r}"


def _language(root: Element) -> Iterator[str]:
    if not root.get("lang"):
        yield "html has no lang"


def _ids(root: Element) -> Iterator[str]:
    ids = Counter(each.get("id") for each in root.iter() if each.get("id") is not None)
    yield from (f"id {name!r} is there {n} times" for name, n in ids.items() if n > 1)
    for element in root.iter():
        for attribute in REFERRING:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{attribute}={name!r} of <{element.tag}> leads nowhere"
        href = element.get("href") or ""
        if element.tag == "a" and len(href) > 1 and href[0] == "#" and href[1:] not in ids:
            yield f"the link {href!r} leads nowhere"


def _labels(root: Element) -> Iterator[str]:
    labelled = {each.get("for") for each in root.iter("label") if text_of(each)}
    wrapped = {inner for label in root.iter("label") if text_of(label) for inner in label.iter()}
    for field in _fields(root):
        named = field.get("aria-label") or field.get("aria-labelledby")
        if not named and field.get("id") not in labelled and field not in wrapped:
            yield f"<{field.tag} name={field.get('name')!r}> has no label"


def _fields(root: Element) -> Iterator[Element]:
    for field in root.iter():
        kind = field.get("type") or "text"
        if field.tag in {"select", "textarea"} or (field.tag == "input" and kind not in UNLABELLED):
            yield field


def _names(root: Element) -> Iterator[str]:
    for element in root.iter():
        if element.tag in {"a", "button"} and element.get("aria-hidden") != "true":
            images = (each.get("alt") or each.get("aria-label") for each in element.iter())
            if not (text_of(element) or element.get("aria-label") or any(images)):
                yield f"<{element.tag} class={element.get('class')!r}> has no words"
        if element.tag == "img" and element.get("alt") is None:
            yield f"<img src={element.get('src')!r}> has no alt"


def _raw_values(root: Element) -> Iterator[str]:
    body = root.find("body")
    words = text_of(root if body is None else body)
    for pattern in (RAW, FLOAT_AMOUNT, RAW_PLACEHOLDER):
        for found in pattern.finditer(words):
            yield f"raw value in {words[max(found.start() - 40, 0) : found.end() + 20]!r}"
    for element in root.iter():
        for name, value in element.attrib.items():
            if value == "None" and name != "value":
                yield f"<{element.tag} {name}='None'>"
        if element.tag == "input" and element.get("value") == "None":
            yield f"<input name={element.get('name')!r} value='None'>"


def _forms(root: Element) -> Iterator[str]:
    for form in root.iter("form"):
        action, method = form.get("action"), (form.get("method") or "get").lower()
        if action is None or urlsplit(action).netloc:
            yield f"a form has the action {action!r}"
        tokens = [each for each in form.iter("input") if each.get("name") == "csrf_token"]
        if (method == "post") != (len(tokens) == 1):
            yield f"the {method} form to {action!r} has {len(tokens)} CSRF tokens"


def _strangers(root: Element) -> Iterator[str]:
    for element in root.iter():
        address = element.get("src") or (element.get("href") if element.tag == "link" else "")
        if address and urlsplit(address).netloc:
            yield f"<{element.tag}> is loaded from {address}"


def _tables(root: Element) -> Iterator[str]:
    for table in root.iter("table"):
        if table.find("caption") is None and not table.get("aria-labelledby"):
            yield "a table has no caption"


def _typography(root: Element) -> Iterator[str]:
    body = root.find("body")
    words = text_of(root if body is None else body)
    for found in re.finditer(r'\s-\s|"|\.\.\.', words):
        yield f"typography: {words[max(found.start() - 40, 0) : found.end() + 20]!r}"


def _inline(root: Element) -> Iterator[str]:
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "style" or name.startswith("on") or value.startswith("javascript:"):
                yield f"inline {name}={value!r} on <{element.tag}>"


def _script_faults(root: Element, nonce: str) -> Iterator[str]:
    for element in root.iter():
        if element.tag in {"script", "style"} and element.get("nonce") != nonce:
            is_data = element.get("type") in {"application/json", "application/ld+json"}
            if not (is_data or (element.tag == "style" and not nonce)):
                yield f"<{element.tag}> without the page's nonce"


Rule = Callable[[Element], Iterator[str]]
RULES: tuple[Rule, ...] = (
    _headings,
    _language,
    _ids,
    _labels,
    _names,
    _raw_values,
    _forms,
    _strangers,
    _inline,
)
# Flask-Admin's own templates are not ours to typeset.
OUR_OWN_RULES: tuple[Rule, ...] = (_tables, _typography)
