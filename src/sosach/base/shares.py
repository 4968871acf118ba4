"""Shares of a sample, and how far the truth may lie from them."""

import math

_Z = 1.959964  # 95 %


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Interval of 95 % of a share; it holds for few cases, and for none or all of them, as well.

    >>> [round(each, 3) for each in wilson(20, 20)], [round(each, 3) for each in wilson(0, 20)]
    ([0.839, 1.0], [0.0, 0.161])
    """
    share = hits / count
    middle = share + _Z**2 / (2 * count)
    width = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    scale = 1 + _Z**2 / count
    # rounding must not leave the share itself outside
    return max(0.0, min(share, (middle - width) / scale)), min(1.0, max(share, (middle + width) / scale))
