"""QR codes: bytes in, a one-bit PNG out."""

from __future__ import annotations

import struct
import zlib
from math import isqrt
from typing import Any

import zxingcpp

# Level M survives a fold in the paper.
LEVEL = "M"
# Eight pixels a module: one line of a module is one byte of the PNG.
SCALE = 8
BLACK_BELOW = 128


def qr_png(content: bytes) -> bytes:
    """Return the QR code of these bytes with its quiet zone, as a PNG of one bit a pixel."""
    barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level=LEVEL)
    # The image offers its bytes as a buffer, of which its type says nothing.
    image: Any = barcode.to_image(scale=1, add_quiet_zones=True)
    modules = memoryview(image).tobytes()
    size = isqrt(len(modules))
    header = struct.pack(">IIBBBBB", size * SCALE, size * SCALE, 1, 0, 0, 0, 0)
    lines = (_line(modules[start : start + size]) for start in range(0, size * size, size))
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _line(modules: bytes) -> bytes:
    """Return the eight rows of pixels of one line of modules, each behind its filter byte."""
    return (b"\0" + bytes(0 if grey < BLACK_BELOW else 255 for grey in modules)) * SCALE


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG: length, kind, data, checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
