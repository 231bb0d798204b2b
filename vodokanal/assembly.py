"""Puts the application together: a short list of named steps."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from vodokanal import public, resident, staff
from vodokanal.bookkeeping import export_book_command, import_book_command
from vodokanal.cli import install_commands
from vodokanal.closing import close_period_command
from vodokanal.copying import backup_command, restore_check_command, restore_command
from vodokanal.models.database import connect_to
from vodokanal.operations.queue import open_queue
from vodokanal.printing import print_receipts_command
from vodokanal.settings import Settings
from vodokanal.verifying import verify_ledger_command
from vodokanal.web.access import install_access
from vodokanal.web.arguments import install_arguments
from vodokanal.web.bodies import install_bodies
from vodokanal.web.configuration import KEY
from vodokanal.web.csrf import install_csrf
from vodokanal.web.database import install_database
from vodokanal.web.devices import install_devices
from vodokanal.web.failures import install_failures
from vodokanal.web.filters import install_filters
from vodokanal.web.headers import install_headers
from vodokanal.web.identity import install_identity
from vodokanal.web.language import install_language
from vodokanal.web.mailing import install_mail
from vodokanal.web.networks import install_networks
from vodokanal.web.page import install_page_context
from vodokanal.web.statics import install_statics
from vodokanal.web.templates import Templates
from vodokanal.worker import worker_command

BODY_LIMIT = 1024 * 1024


class Portal(Flask):
    """Flask with our environment for templates."""

    jinja_environment = Templates


def assemble(settings: Settings) -> Flask:
    """The application, ready to serve; its database is named but not yet opened."""
    app = Portal(__name__, template_folder="../templates", static_folder=None)
    _configure(app, settings)
    connect_to(settings.database)
    open_queue(settings.secret_key)
    for install in (
        install_failures,
        install_headers,
        install_networks,
        install_database,
        # Before anything that looks into a form.
        install_bodies,
        install_arguments,
        install_identity,
        install_devices,
        install_access,
        # After the access table, whose answer decides whether a form is shown again.
        install_csrf,
        install_filters,
        install_page_context,
    ):
        install(app)
    install_language(app, settings.instance)
    install_mail(app, settings)
    app.register_blueprint(public.blueprint)
    app.register_blueprint(resident.blueprint)
    staff.install_staff(app)
    install_commands(app)
    app.cli.add_command(worker_command)
    app.cli.add_command(print_receipts_command)
    app.cli.add_command(verify_ledger_command)
    app.cli.add_command(close_period_command)
    app.cli.add_command(import_book_command)
    app.cli.add_command(export_book_command)
    for command in (backup_command, restore_check_command, restore_command):
        app.cli.add_command(command)
    # Last, so that static files pass by everything above.
    install_statics(app, settings.instance)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        {
            KEY: settings,
            "SECRET_KEY": settings.secret_key,
            "TESTING": settings.testing,
            "MAX_CONTENT_LENGTH": BODY_LIMIT,
            "MAX_FORM_MEMORY_SIZE": BODY_LIMIT,
            "MAX_FORM_PARTS": 1000,
        }
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
