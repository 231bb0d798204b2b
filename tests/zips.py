"""The zip of this version of Python that knows how copies are packed."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    import zipfile
else:
    from backports.zstd import zipfile

__all__ = ["zipfile"]
