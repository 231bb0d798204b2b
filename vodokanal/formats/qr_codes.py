"""QR codes: bytes in, a one-bit PNG out."""

from __future__ import annotations

import struct
import zlib
from math import isqrt
from typing import Any

import zxingcpp

# Level M survives a fold in the paper.
LEVEL = "M"
# Eight pixels a module: a browser scales it without blurring its edges.
SCALE = 8
BLACK_BELOW = 128
# Grey as the digit of its bit: a line of modules is one number.
BITS = bytes(ord("0" if grey < BLACK_BELOW else "1") for grey in range(256))
BYTE = 8


def qr_png(content: bytes, *, scale: int = SCALE) -> bytes:
    """Return the QR code of these bytes with its quiet zone, as a PNG of one bit a pixel.

    The bytes stand in the code as they are: from a text the library would choose an encoding of
    its own. With a `scale` of 1 a module is a pixel, for papers that draw it as large as they like.
    """
    barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level=LEVEL)
    # The image offers its bytes as a buffer, of which its type says nothing.
    image: Any = barcode.to_image(scale=1, add_quiet_zones=True)
    modules = memoryview(image).tobytes().translate(BITS)
    size = isqrt(len(modules))
    header = struct.pack(">IIBBBBB", size * scale, size * scale, 1, 0, 0, 0, 0)
    lines = (_line(modules[start : start + size], scale) for start in range(0, size * size, size))
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _line(modules: bytes, scale: int) -> bytes:
    """Return the rows of pixels of one line of modules, each behind its filter byte."""
    bits = modules.replace(b"0", b"0" * scale).replace(b"1", b"1" * scale)
    width = -(-len(bits) // BYTE)
    row = int(bits, 2) << (width * BYTE - len(bits))
    return (b"\0" + row.to_bytes(width, "big")) * scale


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG: length, kind, data, checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
