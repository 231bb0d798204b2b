"""QR codes are PNG files that a reader reads back."""

from __future__ import annotations

import zlib

import pytest
import zxingcpp

from vodokanal.formats.qr_codes import qr_png

ADDRESS = b"http://127.0.0.1:8000/check/7K4MQ2XA9TRD"


def pixels_of(png: bytes) -> tuple[int, bytes]:
    """The width and the grey bytes of a PNG that has just one chunk of data."""
    width, start = int.from_bytes(png[16:20]), png.index(b"IDAT") + 4
    raw = zlib.decompress(png[start:])
    line = (width + 7) // 8 + 1
    rows = [raw[at + 1 : at + line] for at in range(0, len(raw), line)]
    bits = ["".join(f"{byte:08b}" for byte in row)[:width] for row in rows]
    return width, bytes(255 if bit == "1" else 0 for row in bits for bit in row)


def bytes_read(png: bytes) -> list[bytes]:
    width, grey = pixels_of(png)
    image = memoryview(grey).cast("B", (width, width))
    return [each.bytes for each in zxingcpp.read_barcodes(image)]


def test_a_reader_reads_the_bytes_back() -> None:
    assert bytes_read(qr_png(ADDRESS)) == [ADDRESS]


@pytest.mark.parametrize("codec", ["utf-8", "cp1251", "koi8_r"])
def test_letters_stay_in_the_encoding_they_came_in(codec: str) -> None:
    words = "Водоканал".encode(codec)
    assert bytes_read(qr_png(words)) == [words]


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_it_is_as_large_as_asked_for(scale: int) -> None:
    width, grey = pixels_of(qr_png(ADDRESS, scale=scale))
    assert width * 8 == pixels_of(qr_png(ADDRESS))[0] * scale
    assert set(grey) == {0, 255}


def test_it_is_a_png_of_one_bit_a_pixel() -> None:
    png = qr_png(ADDRESS)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert png[24:26] == b"\x01\x00"


def test_it_is_small_enough_for_a_page() -> None:
    assert len(qr_png(ADDRESS)) < 1500
