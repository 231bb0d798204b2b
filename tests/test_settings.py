"""What the operator decides: read once, from the environment and one file; unsafe is refused."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from vodokanal.settings import Settings, UnsafeSettingsError, read_settings

KEY = "k" * 32
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """A folder that nothing has used before."""
    return tmp_path / "instance"


def read(instance: Path, **environment: str) -> Settings:
    named = {f"VODOKANAL_{name}": value for name, value in environment.items()}
    return read_settings({"VODOKANAL_INSTANCE": str(instance), **named})


def file_with(instance: Path, text: str, mode: int = 0o600) -> None:
    instance.mkdir()
    path = instance / "settings.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def test_new_machine_needs_no_settings(instance: Path) -> None:
    found = read(instance)
    assert found == Settings(
        instance=instance,
        database=f"sqlite:///{instance}/portal.db",
        secret_key=found.secret_key,
    )


def test_key_is_made_once_and_is_nobody_elses_to_read(instance: Path) -> None:
    key = read(instance).secret_key
    assert len(key) == 64
    assert read(instance).secret_key == key
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) == 0o600


def test_environment_decides(instance: Path) -> None:
    found = read(
        instance,
        DATABASE="postgresql://portal@db/portal",
        SECRET_KEY=KEY,
        HOST="0.0.0.0",
        PORT="9000",
        WORKERS="4",
        THREADS="16",
        SITE_URL="https://lk.example.ru/",
        PROXIES="1",
        TIMEZONE="Asia/Vladivostok",
        SMTP_URL="smtp://mail",
        DEMO="1",
        NOW="2026-11-12T10:00",
        NOW_SINCE="1000.5",
    )
    assert found == Settings(
        instance=instance,
        database="postgresql://portal@db/portal",
        secret_key=KEY,
        host="0.0.0.0",
        port=9000,
        workers=4,
        threads=16,
        site_url="https://lk.example.ru",
        proxies=1,
        zone=ZoneInfo("Asia/Vladivostok"),
        smtp_url="smtp://mail",
        demo=True,
        now=datetime(2026, 11, 12, 10, tzinfo=ZoneInfo("Asia/Vladivostok")),
        now_since=1000.5,
    )


def test_file_decides_where_the_environment_says_nothing(instance: Path) -> None:
    file_with(instance, f'secret_key = "{KEY}"\nport = 9000\nworkers = 3\ndemo = true\n')
    found = read(instance, PORT="9001")
    assert (found.secret_key, found.port, found.workers, found.demo) == (KEY, 9001, 3, True)


def test_file_that_others_can_read_is_refused(instance: Path) -> None:
    file_with(instance, "port = 9000\n", mode=0o644)
    with pytest.raises(UnsafeSettingsError, match="chmod 600"):
        read(instance)


def test_file_that_is_no_toml_is_said_to_be_unreadable(instance: Path) -> None:
    file_with(instance, "port: 9000\n")
    with pytest.raises(UnsafeSettingsError, match="cannot be read"):
        read(instance)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SECRET_KEY": "short"}, "32 bytes"),
        ({"HOST": "0.0.0.0"}, "loopback"),
        ({"SITE_URL": "http://lk.example.ru"}, "loopback"),
        ({"NOW": "2026-11-12T10:00"}, "VODOKANAL_DEMO=1"),
        ({"NOW": "yesterday", "DEMO": "1"}, "must look like"),
        ({"NOW_SINCE": "soon", "DEMO": "1"}, "seconds since the epoch"),
        ({"PORT": "eighty"}, "VODOKANAL_PORT must be a whole number"),
        ({"WORKERS": "-1"}, "at least 1"),
        ({"PROXIES": "-1"}, "0 or more"),
        ({"TIMEZONE": "Europe/Moscwo"}, "not Europe/Moscwo"),
        ({"TIMEZONE": "../../etc/passwd"}, "must be a zone"),
        ({"SMTP_URL": "mail.example:25"}, "must look like smtps://"),
        ({"SMTP_URL": "http://mail.example"}, "must look like smtps://"),
        ({"SMTP_URL": "smtp://"}, "must look like smtps://"),
        ({"SMTP_URL": "smtp://mail.example:port"}, "must look like smtps://"),
        ({"SMTP_URL": "smtp://mail.example:0"}, "must look like smtps://"),
        ({"SMTP_URL": "smtp://mail.example/inbox"}, "must look like smtps://"),
        ({"SMTP_URL": "smtps://portal@mail.example"}, "must look like smtps://"),
    ],
)
def test_unsafe_settings_are_refused_in_a_sentence(
    instance: Path, environment: dict[str, str], words: str
) -> None:
    with pytest.raises(UnsafeSettingsError, match=words):
        read(instance, **environment)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "[::1]"])
def test_loopback_needs_no_tls(instance: Path, host: str) -> None:
    assert not read(instance, SITE_URL=f"http://{host}:8000").is_https


def test_moment_of_the_demo_is_the_utilitys_unless_it_says_its_zone(instance: Path) -> None:
    local = read(instance, DEMO="1", NOW="2026-11-12T10:00")
    spelled = read(instance, DEMO="1", NOW="2026-11-12T07:00+00:00")
    assert local.now == spelled.now == datetime(2026, 11, 12, 10, tzinfo=MOSCOW)


def test_refused_address_of_a_mail_server_keeps_its_password(instance: Path) -> None:
    with pytest.raises(UnsafeSettingsError) as error:
        read(instance, SMTP_URL="smtp://portal:secret@mail.example/x")
    assert "secret" not in str(error.value)


def test_secrets_are_not_printed(instance: Path) -> None:
    printed = repr(read(instance, SECRET_KEY=KEY, SMTP_URL="smtp://user:password@mail"))
    assert KEY not in printed
    assert "password" not in printed


@pytest.mark.parametrize(
    ("site", "hosts"),
    [
        ("https://lk.example.ru", ["lk.example.ru"]),
        ("http://127.0.0.1:8000", ["127.0.0.1:8000", "[::1]:8000", "localhost:8000"]),
        ("http://localhost", ["127.0.0.1", "[::1]", "localhost"]),
    ],
)
def test_hosts_are_the_sites_own(instance: Path, site: str, hosts: list[str]) -> None:
    assert read(instance, SITE_URL=site).trusted_hosts == hosts
