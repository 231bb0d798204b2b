"""Static files: compressed once at start, served under addresses that change with the content."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from functools import lru_cache
from pathlib import Path

from flask import Flask
from flask_compress import Compress
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from vodokanal.web.headers import static_headers

SOURCE = Path(__file__).parent.parent.parent / "static"
YEAR = 365 * 24 * 3600
DAY = 24 * 3600
HASH_LENGTH = 10


def install_statics(app: Flask, instance: Path) -> None:
    """Serves static/ in front of the application."""
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.config["COMPRESS_BR_LEVEL"] = 4
    Compress(app)
    app.jinja_env.globals["static_url"] = static_url
    files = WhiteNoise(
        app.wsgi_app,
        max_age=DAY,
        add_headers_function=static_headers(app),
        immutable_file_test=lambda _path, url: content_hash() in url,
    )
    files.add_files(str(_prepared(instance)), prefix=f"static/{content_hash()}/")
    app.wsgi_app = files  # type: ignore[method-assign]


@lru_cache(maxsize=256)
def static_url(name: str) -> str:
    """The address of a file of static/; unknown names fail at once."""
    if not (SOURCE / name).is_file():
        raise FileNotFoundError(name)
    return f"/static/{content_hash()}/{name}"


@lru_cache(maxsize=1)
def content_hash() -> str:
    """One hash over every file: relative addresses inside style sheets stay right."""
    digest = hashlib.sha256()
    for path in sorted(SOURCE.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(SOURCE)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:HASH_LENGTH]


def _prepared(instance: Path) -> Path:
    """The folder with this version's files and their compressed twins, made when missing."""
    folder = instance / "static"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / content_hash()
    with (folder / "prepare.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            _compress_into(target)
    return target


def _compress_into(target: Path) -> None:
    for old in target.parent.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
    partial = target.with_suffix(".partial")
    shutil.copytree(SOURCE, partial)
    compressor = Compressor(quiet=True)
    for path in list(partial.rglob("*")):
        if path.is_file() and compressor.should_compress(path.name):
            for _ in compressor.compress(str(path)):
                pass
    partial.replace(target)
