"""Who is at the other end, and by which name the site is called."""

from __future__ import annotations

import pytest

from tests.page import Client
from tests.web.conftest import AppWith
from vodokanal.web.networks import client_network, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_visitor_is_an_address_or_a_household(address: str, network: str) -> None:
    assert network_of(address) == network


def _seen(app_with: AppWith, proxies: int, forwarded: str) -> str:
    app = app_with(proxies=proxies)
    seen = []

    @app.after_request
    def look(response: object) -> object:
        seen.append(client_network())
        return response

    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Host": "evil.example"}
    Client(app).get("/healthz", headers=headers)
    return seen[0]


@pytest.mark.slow("makes an application of its own")
def test_forwarded_address_is_not_believed_without_a_proxy(app_with: AppWith) -> None:
    assert _seen(app_with, 0, "203.0.113.7") == "127.0.0.1"


@pytest.mark.slow("makes an application of its own")
def test_last_address_is_believed_behind_one_proxy(app_with: AppWith) -> None:
    assert _seen(app_with, 1, "198.51.100.1, 203.0.113.7") == "203.0.113.7"


def test_unknown_host_is_refused_without_repeating_it(probing: Client) -> None:
    page = probing.get("/probe/plain", status=400, headers={"Host": "evil.example"})
    assert "evil" not in page.html


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_every_spelling_of_this_machine_is_known(probing: Client, host: str) -> None:
    probing.get("/probe/plain", headers={"Host": host}, inspected=False)


def test_health_is_told_to_any_host(probing: Client) -> None:
    assert probing.get("/healthz", headers={"Host": "10.0.0.7:8000"}).html == "ok\n"
