"""The portal as it is served, on the database of the test, with Anna signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.cast import Cast
from tests.conftest import SECRET_KEY
from tests.engines import Engine, disconnect
from tests.page import Client
from tests.servers import Server, served


@pytest.fixture
def server(app: Flask, cast: Cast, database: Engine) -> Iterator[Server]:
    """`python app.py` with two workers, on the cast's database, at 10:42 on the 12th of November."""
    cookie, token = cookie_of(app, cast)
    with served(database.folder, database.url, VODOKANAL_SECRET_KEY=SECRET_KEY) as running:
        running.cookies = {"session": cookie}
        running.form = {"csrf_token": token}
        yield running
    disconnect()


def cookie_of(app: Flask, cast: Cast) -> tuple[str, str]:
    """A session of Anna's and a token for its forms, good for every server with this key."""
    client = Client(app).signed_in_as(cast.anna)
    token = client.csrf_token()
    found = client.browser.get_cookie("session")
    assert found is not None
    return found.value, token
