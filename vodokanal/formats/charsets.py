"""In which charset a Russian text was written that does not say it itself."""

from __future__ import annotations

SAMPLE = 1 << 16
# Capitals and the first half of the small letters of one lie where the other has signs.
OF_CP866 = bytes(range(0x80, 0xB0))
OF_CP1251 = bytes([*range(0xC0, 0xE0), *range(0xF2, 0x100)])


def likely_charset(data: bytes) -> str:
    """Return cp866 or cp1251: the one in which the bytes are more likely Russian."""
    sample = data[:SAMPLE]
    is_dos = len(sample.translate(None, OF_CP866)) < len(sample.translate(None, OF_CP1251))
    return "cp866" if is_dos else "cp1251"


def decoded(data: bytes) -> str:
    """Return a text in UTF-8, or else in the likelier of the two old Russian charsets."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(likely_charset(data), "replace")
