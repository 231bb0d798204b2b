"""How often something may be tried, counted exactly, without locking an owner out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from vodokanal.web.configuration import settings
from vodokanal.web.counters import CounterStorage
from vodokanal.web.networks import client_network

# One visitor at one name: enough for a forgetful owner, too few to use up the name's own limit.
PER_NAME_AND_NETWORK = RateLimitItemPerMinute(8, 15, namespace="pair")
# One visitor at any names: a house or a mobile operator may share the address.
PER_NETWORK = RateLimitItemPerMinute(60, 15, namespace="network")
# All unknown devices together at one name: what a thousand addresses get.
PER_NAME = RateLimitItemPerHour(60, namespace="name")
# A device that has signed in with this name before, whatever strangers do.
PER_KNOWN_DEVICE = RateLimitItemPerMinute(10, 15, namespace="device")


class TooManyAttemptsError(Exception):
    """The limit is used up until the moment given."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Bucket:
    """One limit and whom it counts."""

    limit: RateLimitItem
    whom: str

    @property
    def key(self) -> str:
        """The counted as the storage names it: hashed, as it holds names and addresses."""
        secret = settings().secret_key.encode()[:64]
        return hashlib.blake2b(self.whom.encode(errors="replace"), key=secret).hexdigest()[:40]


def sign_in_buckets(name: str, *, device: str | None) -> Sequence[Bucket]:
    """The limits of one attempt to sign in; `name` includes the kind of person."""
    if device is not None:
        return (Bucket(PER_KNOWN_DEVICE, f"{device} {name}"),)
    network = client_network()
    return (
        Bucket(PER_NAME_AND_NETWORK, f"{network} {name}"),
        Bucket(PER_NETWORK, network),
        Bucket(PER_NAME, name),
    )


def count_attempt(buckets: Sequence[Bucket]) -> None:
    """Counts an attempt before it is made, so that many at once cannot slip through.

    An attempt that an earlier bucket refuses is not counted in the later ones: one stranger
    cannot use up what all strangers have together.

    Raises:
        TooManyAttemptsError: one of the limits is used up.
    """
    limiter = _limiter()
    for bucket in buckets:
        if not limiter.hit(bucket.limit, bucket.key):
            ends = limiter.get_window_stats(bucket.limit, bucket.key).reset_time
            raise TooManyAttemptsError(datetime.fromtimestamp(ends, UTC))


def forgive_attempt(buckets: Sequence[Bucket]) -> None:
    """Takes a successful attempt back: neighbours behind one address do not use it up."""
    limiter = _limiter()
    first, *others = buckets
    limiter.clear(first.limit, first.key)
    for bucket in others:
        if not limiter.test(bucket.limit, bucket.key, cost=bucket.limit.amount):
            limiter.hit(bucket.limit, bucket.key, cost=-1)


def forget_attempts() -> None:
    """Begins all counting anew."""
    _limiter().storage.reset()


def forget_ended() -> None:
    """Removes the counters whose time is over, which nobody may ask for again."""
    storage: Any = _limiter().storage
    storage.forget_ended()


def _limiter() -> FixedWindowRateLimiter:
    return _limiter_over(settings().instance, settings().database)


@lru_cache(maxsize=8)
def _limiter_over(folder: Path, _database: str) -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(CounterStorage(folder))
