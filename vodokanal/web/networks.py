"""Who is at the other end, and which of our names it called us by."""

from __future__ import annotations

import logging
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from flask import Flask, abort, request
from werkzeug.middleware.proxy_fix import ProxyFix

from vodokanal.settings import Settings
from vodokanal.web.configuration import KEY, settings
from vodokanal.web.logs import log_event

# A probe knows the machine, not the site.
BY_ANY_NAME = frozenset({"/healthz"})
# A household gets a /64 and may use any address of it.
HOUSEHOLD = 64


def install_networks(app: Flask) -> None:
    """Answers to the site's own names only, and believes as many proxies as there are."""
    chosen: Settings = app.config[KEY]
    if chosen.proxies:
        # A proxy's host header is the client's own words, so it is never believed.
        fixed: Any = ProxyFix(app.wsgi_app, x_for=chosen.proxies, x_proto=chosen.proxies, x_host=0)
        app.wsgi_app = fixed  # type: ignore[method-assign]
    # Not Flask's TRUSTED_HOSTS: it cannot name [::1], and its refusal cannot show a page.
    app.before_request(_refuse_other_names)


def client_network() -> str:
    """The network the request came from: an IPv4 address, or the /64 of an IPv6 one."""
    return network_of(request.remote_addr or "")


def network_of(address: str) -> str:
    """The network that is counted as one visitor; all unreadable addresses are one."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, IPv4Address):
        return str(found)
    return str(ip_network((found, HOUSEHOLD), strict=False))


def _refuse_other_names() -> None:
    if request.path in BY_ANY_NAME or request.host.lower() in settings().trusted_hosts:
        return
    log_event("host_refused", level=logging.WARNING)
    abort(400)
