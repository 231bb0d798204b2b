"""Whether this worker can serve, for probes."""

from __future__ import annotations

from flask import Response
from peewee import PeeweeException

from vodokanal.models.database import database
from vodokanal.models.migrating import is_current
from vodokanal.public.blueprint import blueprint


@blueprint.get("/healthz")
def healthz() -> Response:
    try:
        database.execute_sql("SELECT 1").fetchone()
        well = is_current()
    except PeeweeException:
        well = False
    return Response("ok\n" if well else "not ready\n", 200 if well else 503, mimetype="text/plain")
