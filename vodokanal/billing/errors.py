"""The root of every refusal in billing: its docstring is its message, its attributes the values."""

from __future__ import annotations


class BillingError(Exception):
    """This cannot be counted."""

    def __str__(self) -> str:
        """Return the docstring with the refusal's values put in."""
        return (type(self).__doc__ or "").format(**vars(self))
