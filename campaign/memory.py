# SPDX-License-Identifier: GPL-2.0-only
"""What this process may have of the machine's memory, and sizes of memory in words."""

import re
from collections.abc import Iterator
from pathlib import Path

from analysis.processors import ROOT, group_folders


def available_memory_bytes(root: Path = ROOT) -> int | None:
    """What new processes can have without swapping, as Linux estimates it, and no more than the
    control groups of this process allow; None where Linux does not say. `root` is where /proc and
    /sys are."""
    found = re.search(r"^MemAvailable: +(\d+) kB$", _read(root / "proc/meminfo"), re.MULTILINE)
    if found is None:
        return None
    return min(int(found[1]) * 1024, *_left_in_groups(root), 1 << 62)


def _left_in_groups(root: Path) -> Iterator[int]:
    """Of each group above this process what its limit leaves. What files keep in memory counts as
    used there, and gives way to who needs it."""
    for controller, limit, used, cache in (
        ("", "memory.max", "memory.current", ("inactive_file", "active_file")),
        (
            "memory",
            "memory.limit_in_bytes",
            "memory.usage_in_bytes",
            ("total_inactive_file", "total_active_file"),
        ),
    ):
        for folder in group_folders(root, controller):
            numbers = [_read(folder / name).strip() for name in (limit, used)]
            if all(number.isdecimal() for number in numbers):
                statistics = dict(re.findall(r"^(\w+) (\d+)$", _read(folder / "memory.stat"), re.M))
                reclaimable = sum(int(statistics.get(name, 0)) for name in cache)
                yield max(0, int(numbers[0]) - int(numbers[1]) + reclaimable)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def memory_text(size_bytes: float) -> str:
    """In decimal units: "87 MB", "2.1 GB"."""
    return f"{size_bytes / 1e6:.0f} MB" if size_bytes < 1e9 else f"{size_bytes / 1e9:.1f} GB"
