"""The blueprint that the resident's views belong to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("resident", __name__, url_prefix="/personal")
