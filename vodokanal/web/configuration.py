"""The operator's settings within a request."""

from __future__ import annotations

from flask import current_app

from vodokanal.settings import Settings

KEY = "PORTAL_SETTINGS"


def settings() -> Settings:
    """The settings this application was created with."""
    found: Settings = current_app.config[KEY]
    return found
