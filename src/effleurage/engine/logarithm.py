"""The natural logarithm of many numbers at once: XLA asks the C library for them one by one in double precision."""

from __future__ import annotations

import math
import sys
from typing import Any

import jax
import jax.numpy as jnp

_MANTISSA = 52
_MIDDLE = 0x3FE6A09E667F3BCD
"""The bits of the square root of one half, at which the mantissa is cut."""
_MAGIC = 0x4330000000000000
"""The bits of 2^52: an integer below 2^52 set behind them is that number above 2^52."""
_SHIFT = 1024
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""ln 2 in two parts, of which the first times a small integer is exact."""
_TERMS = 11

Array = jax.Array


def log(x: Any) -> Any:
    """Natural logarithm, within 3 units in the last place; -inf at 0 and below the smallest normal number, NaN below 0.

    A plain number gives a plain number, which leaves the precision of what it meets alone; 32 bits are left to XLA.
    """
    return math.log(x) if isinstance(x, int | float) else _log(x)


@jax.custom_jvp
def _log(x: Any) -> Array:
    """By x = 2^n·m with m between √½ and √2, and ln m = 2·artanh(s), s = (m - 1)/(m + 1), as a series in s²."""
    x = jnp.asarray(x)
    if x.dtype == jnp.float32:
        return jnp.log(x)
    x = x.astype(jnp.float64)
    bits = jax.lax.bitcast_convert_type(x, jnp.int64)
    offset = bits - _MIDDLE
    power = (offset >> _MANTISSA) + _SHIFT
    n = jax.lax.bitcast_convert_type(power | _MAGIC, jnp.float64) - (2.0**_MANTISSA + _SHIFT)
    m = jax.lax.bitcast_convert_type(bits - ((power - _SHIFT) << _MANTISSA), jnp.float64)
    f = m - 1.0
    s = f / (2.0 + f)
    square = s * s
    series = jnp.full_like(x, 1.0 / (2 * _TERMS + 1))
    for term in range(_TERMS - 1, 0, -1):
        series = series * square + 1.0 / (2 * term + 1)
    # ln m = f - s·(f - 2·s²·series) keeps the leading part exact
    found = n * _LN2_HIGH + (f - (s * (f - 2.0 * square * series) - n * _LN2_LOW))
    found = jnp.where(x < sys.float_info.min, jnp.where(x < 0, jnp.nan, -jnp.inf), found)
    return jnp.where(x < jnp.inf, found, x)


@_log.defjvp
def _slope(primals: tuple[Any], tangents: tuple[Any]) -> tuple[Array, Array]:
    (x,), (dx,) = primals, tangents
    return _log(x), dx / x
