"""The few filters that templates print values with."""

from __future__ import annotations

from flask import Flask

from vodokanal.web import dates, numbers, wording

DIALLED = frozenset("+0123456789,*#")


def install_filters(app: Flask) -> None:
    """Registers them under short names."""
    app.jinja_env.filters.update(
        about_month=dates.about_month,
        account_number=wording.account_words,
        code=wording.code_words,
        day=dates.day,
        in_month=dates.in_month,
        moment=dates.moment,
        money=numbers.money,
        month=dates.month,
        reading=numbers.reading,
        volume=numbers.volume,
        tel=tel,
        weekday=dates.weekday,
    )


def tel(number: str) -> str:
    """The address that rings a number, however it is written."""
    return "tel:" + "".join(each for each in number if each in DIALLED)
