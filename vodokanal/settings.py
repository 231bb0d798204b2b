"""What the operator decides: one frozen object, read once from the environment and instance/."""

from __future__ import annotations

import ipaddress
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).parent.parent
KEY_BYTES = 32


class UnsafeSettingsError(Exception):
    """The settings would make the portal unsafe; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs from one installation to another."""

    instance: Path
    database: str
    secret_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4
    site_url: str = "http://127.0.0.1:8000"
    proxies: int = 0
    zone: ZoneInfo = ZoneInfo("Europe/Moscow")
    smtp_url: str = field(default="", repr=False)
    # Where a second copy of all data goes: another disk, another machine.
    second_copies: Path | None = None
    # Off where somebody else copies the database.
    nightly_copies: bool = True
    demo: bool = False
    # The demo clock as the operator wrote it; empty follows the real one.
    now: datetime | None = None
    # When the clock began to run (real seconds since the epoch); set by the parent process.
    now_since: float | None = None
    testing: bool = False

    @property
    def is_https(self) -> bool:
        """Whether residents reach the site through TLS."""
        return urlsplit(self.site_url).scheme == "https"

    @property
    def trusted_hosts(self) -> list[str]:
        """The hosts that a request may name; on loopback every spelling of it."""
        parts = urlsplit(self.site_url)
        hosts = [parts.netloc]
        if _is_loopback(parts.hostname or ""):
            port = f":{parts.port}" if parts.port else ""
            hosts += [f"localhost{port}", f"127.0.0.1{port}", f"[::1]{port}"]
        return sorted(set(hosts))


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this machine.

    Raises:
        UnsafeSettingsError: what is asked for cannot be served safely.
    """
    env = dict(os.environ if environment is None else environment)
    instance = Path(env.get("VODOKANAL_INSTANCE") or ROOT / "instance").resolve()
    instance.mkdir(parents=True, exist_ok=True)
    env = {**_file_settings(instance), **env}
    host = env.get("VODOKANAL_HOST", "127.0.0.1")
    port = _number(env, "VODOKANAL_PORT", default=8000)
    zone = _zone(env.get("VODOKANAL_TIMEZONE") or "Europe/Moscow")
    settings = Settings(
        instance=instance,
        database=env.get("VODOKANAL_DATABASE") or f"sqlite:///{instance / 'portal.db'}",
        secret_key=env.get("VODOKANAL_SECRET_KEY") or _kept_key(instance),
        host=host,
        port=port,
        workers=_number(env, "VODOKANAL_WORKERS", default=2),
        threads=_number(env, "VODOKANAL_THREADS", default=4),
        site_url=(env.get("VODOKANAL_SITE_URL") or f"http://{host}:{port}").rstrip("/"),
        proxies=_number(env, "VODOKANAL_PROXIES", default=0),
        zone=zone,
        smtp_url=env.get("VODOKANAL_SMTP_URL", ""),
        nightly_copies=env.get("VODOKANAL_NIGHTLY_COPIES", "1") != "0",
        second_copies=_folder(env.get("VODOKANAL_SECOND_COPIES", "")),
        demo=env.get("VODOKANAL_DEMO") == "1",
        now=_moment(env.get("VODOKANAL_NOW", ""), zone),
        now_since=_seconds(env.get("VODOKANAL_NOW_SINCE", "")),
    )
    refuse_unsafe(settings)
    return settings


def refuse_unsafe(settings: Settings) -> None:
    """Refuses to start with a weak key, an open plain-http address or a clock without demo."""
    if len(settings.secret_key.encode()) < KEY_BYTES:
        raise UnsafeSettingsError("The secret key must have at least 32 bytes.")
    if not settings.is_https and not _is_loopback(urlsplit(settings.site_url).hostname or ""):
        raise UnsafeSettingsError(
            "An http address is served on a loopback host only: set VODOKANAL_SITE_URL to https."
        )
    if settings.now is not None and not settings.demo:
        raise UnsafeSettingsError("VODOKANAL_NOW is for the demo only: set VODOKANAL_DEMO=1.")
    if settings.workers < 1 or settings.threads < 1:
        raise UnsafeSettingsError("VODOKANAL_WORKERS and VODOKANAL_THREADS must be at least 1.")
    if settings.proxies < 0:
        raise UnsafeSettingsError("VODOKANAL_PROXIES must be 0 or more.")
    if settings.smtp_url and not _is_mail_server(settings.smtp_url):
        # The address itself is not repeated: it may hold a password.
        raise UnsafeSettingsError(
            "VODOKANAL_SMTP_URL must look like smtps://user:password@mail.example:465"
            " or smtp://localhost:25."
        )


def _file_settings(instance: Path) -> dict[str, str]:
    path = instance / "settings.toml"
    if not path.exists():
        return {}
    if path.stat().st_mode & 0o077:
        raise UnsafeSettingsError(f"{path} holds secrets: chmod 600 it.")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnsafeSettingsError(f"{path} cannot be read: {error}.") from None
    texts = {name: "1" if value is True else str(value) for name, value in values.items()}
    return {f"VODOKANAL_{name.upper()}": text for name, text in texts.items()}


def _kept_key(instance: Path) -> str:
    """The key that signs cookies, made once and kept with mode 600."""
    path = instance / "secret_key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES))
    return path.read_text(encoding="ascii").strip()


def _number(env: Mapping[str, str], name: str, *, default: int) -> int:
    try:
        return int(env.get(name) or default)
    except ValueError:
        raise UnsafeSettingsError(f"{name} must be a whole number.") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise UnsafeSettingsError(
            f"VODOKANAL_TIMEZONE must be a zone such as Europe/Moscow, not {name}."
        ) from None


def _seconds(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise UnsafeSettingsError("VODOKANAL_NOW_SINCE must be seconds since the epoch.") from None


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnsafeSettingsError("VODOKANAL_NOW must look like 2026-11-12T10:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _folder(text: str) -> Path | None:
    return Path(text) if text else None


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    is_named = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and port != 0
    extras = parts.path.strip("/") or parts.query or parts.fragment
    # A name without a password, or the other way round, is half of what the server needs.
    return is_named and not extras and bool(parts.username) == bool(parts.password)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
