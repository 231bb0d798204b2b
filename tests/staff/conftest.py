"""Clients of the staff: the chief, who may everything, and the office."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.page import Client


@pytest.fixture
def chief(client_as: ClientAs, cast: Cast) -> Client:
    """A browser in which the chief has signed in."""
    return client_as(cast.olga)


@pytest.fixture
def office(client_as: ClientAs, cast: Cast) -> Client:
    """A browser in which Galina of the office has signed in."""
    return client_as(cast.galina)
