"""How the dots of a swarm are stacked. Twin: js/lib/swarm_layout.ts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TALL = 3  # times the stack that a quarter of the dots are not above


def stacked(columns: NDArray[Any], room: float) -> NDArray[np.float64]:
    """Return how far each dot lies from the middle line, in dots, when those of one column stand on each other.

    The stacks are centred. Where they have no room, all of them shrink by one factor, so that their heights still show
    the density. A stack that is far taller than those of most dots, as one of many zeros, does not count in this: it
    alone shrinks further.

    Parameters
    ----------
    columns : ndarray of int of shape (dots,)
        The column of each dot. Those of one column are stacked in their order here.
    room : float
        How many dots may stand on each other without overlapping.

    Examples
    --------
    >>> import numpy as np
    >>> stacked(np.array([4, 7, 4, 4]), 5)
    array([-1.,  0.,  0.,  1.])
    >>> stacked(np.array([4, 7, 4, 4]), 2)
    array([-0.5,  0. ,  0. ,  0.5])
    """
    if not len(columns):
        return np.zeros(0)
    order = np.argsort(columns, kind="stable")
    ordered = columns[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sizes = np.diff(np.r_[starts, len(ordered)])
    rank = np.arange(len(ordered)) - np.repeat(starts, sizes)
    of_dots = np.repeat(sizes, sizes)
    tall = min(int(sizes.max()), _TALL * int(np.partition(of_dots, len(of_dots) // 4)[len(of_dots) // 4]))
    steps = np.clip((room - 1) / np.maximum(1, np.maximum(tall, of_dots) - 1), 0, 1)
    offsets = np.empty(len(ordered))
    offsets[order] = (rank - (of_dots - 1) / 2) * steps
    return offsets
