"""Times as clocks on a wall show them, put on one clock that never jumps.

Twice a year most of the world's clocks jump. A stamp with its offset (``02:30+01:00``) is certain; one without needs
the place, and even then an hour happens twice in autumn and one not at all in spring.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from effleurage.errors import Finding, RequestError

WATCHED_ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney")
"""Where the clocks change on the dates of the European Union, of North America and of south-east Australia."""


def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises ``RequestError`` where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RequestError(Finding("zone", f"no time zone '{name[:60]}'", "Write it as 'Europe/Berlin'.")) from None


def even_minutes(stamp: datetime, zone: ZoneInfo | None = None) -> tuple[float, str]:
    """Minutes of a stamp on a clock that never jumps, and what is wrong with it ("" where nothing is).

    A stamp without offset is taken to be at ``zone``, or, without one, on a clock that never changed. Differences
    between two such numbers are true minutes; the numbers themselves have no meaning.
    """
    fault = ""
    if stamp.tzinfo is None and zone is not None:
        stamp, fault = _placed(stamp, zone)
    shift = stamp.utcoffset() or timedelta()
    return (stamp.replace(tzinfo=None) - datetime.min - shift).total_seconds() / 60, fault


def may_have_changed(stamps: Sequence[datetime]) -> str:
    """A watched zone whose clocks changed between the first and last of stamps without offset; "" for none."""
    if len(stamps) < 2 or any(stamp.tzinfo for stamp in stamps):
        return ""
    for name in WATCHED_ZONES:
        try:
            place = ZoneInfo(name)
        except ZoneInfoNotFoundError:  # a machine without a list of zones
            return ""
        if len({stamp.replace(tzinfo=place).utcoffset() for stamp in (min(stamps), max(stamps))}) > 1:
            return name
    return ""


def _placed(stamp: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    early, late = (stamp.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if early.utcoffset() == late.utcoffset():
        return early, ""
    again = early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == stamp.replace(fold=0)
    how = "happened twice" if again else "did not happen"
    when = f"when the clocks changed on {stamp:%Y-%m-%d}"
    return early, f"{stamp:%H:%M} {how} {when}: write it with its offset, such as +01:00"
