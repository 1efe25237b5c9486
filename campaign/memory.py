# SPDX-License-Identifier: GPL-2.0-only
"""What the machine has left of its memory, and sizes of memory in words."""

import re
from pathlib import Path

MEMINFO = Path("/proc/meminfo")


def available_memory_bytes(meminfo: Path = MEMINFO) -> int | None:
    """What new processes can have without swapping, as Linux estimates it; None where it does not say."""
    try:
        found = re.search(r"^MemAvailable: +(\d+) kB$", meminfo.read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None


def memory_text(size_bytes: float) -> str:
    """In decimal units: "87 MB", "2.1 GB"."""
    return f"{size_bytes / 1e6:.0f} MB" if size_bytes < 1e9 else f"{size_bytes / 1e9:.1f} GB"
