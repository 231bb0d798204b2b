"""The self-service portal of a water utility."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from vodokanal.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application by the given settings, or by the environment's."""
    # Imported here, so that the pure layers can be used and tested without the web.
    from vodokanal.assembly import assemble
    from vodokanal.settings import read_settings

    return assemble(settings or read_settings())
