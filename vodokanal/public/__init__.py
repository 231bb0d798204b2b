"""Pages for anyone: home, sign-in, the check of a proof, health."""

from __future__ import annotations

from vodokanal.public import check, district, health, home, signin
from vodokanal.public.blueprint import blueprint

# Every module of views is imported above; importing it adds its addresses to the blueprint.
__all__ = ["blueprint", "check", "district", "health", "home", "signin"]
