"""What else the machine does while tests measure time."""

from __future__ import annotations

from pathlib import Path


def kept_waiting() -> float:
    """Seconds for which this process could have run and the machine did something else; 0 where nobody counts them.

    Of all its threads, of which one at a time could have: the store's work while the event loop waits for it.
    """
    counted = Path("/proc/self/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[1]) for each in counted) / 1e9
