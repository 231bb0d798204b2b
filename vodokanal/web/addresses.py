"""Where a sign-in may lead: addresses of this site only."""

from __future__ import annotations

import re

LONGEST = 512
OURS = re.compile(r"/(?![/\\])[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*", re.ASCII)
STAFF = "/staff"


def own_target(text: str | None) -> str | None:
    """The text when it is an address of this site, else None."""
    if not text or len(text) > LONGEST or not OURS.fullmatch(text):
        return None
    path = re.split("[?#]", text, maxsplit=1)[0]
    # Browsers fold these into another path than the one that was looked at.
    if "//" in path or "/." in path:
        return None
    return text


def resident_target(text: str | None) -> str | None:
    """An address of this site that is not the staff's."""
    target = own_target(text)
    return None if target is None or _is_staff(target) else target


def staff_target(text: str | None) -> str | None:
    """An address of the staff's part of this site."""
    target = own_target(text)
    return target if target is not None and _is_staff(target) else None


def _is_staff(target: str) -> bool:
    return re.split("[?#]", target, maxsplit=1)[0].rstrip("/").startswith(STAFF) and (
        target[len(STAFF) : len(STAFF) + 1] in {"", "/", "?", "#"}
    )
