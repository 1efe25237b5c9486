# SPDX-License-Identifier: GPL-2.0-only
"""How many processors this process may use: the machine's, less what it was kept from by an affinity
or by the quota of a control group (a container, a systemd slice, a batch job)."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/")


def cores(root: Path = ROOT) -> int:
    """At least one; `root` is where /proc and /sys are."""
    allowed = [math.ceil(quota) for quota in _quotas(root) if quota is not None]
    return max(1, min(len(os.sched_getaffinity(0)), *allowed, 1 << 20))


def _quotas(root: Path) -> Iterator[float | None]:
    """Processors that each group above this process allows: of version 2 cpu.max ("max 100000"), of
    version 1 two files, of which -1 means no limit."""
    for folder in group_folders(root, ""):
        quota, _, period = _read(folder / "cpu.max").partition(" ")
        yield _share(quota, period)
    for folder in group_folders(root, "cpu"):
        yield _share(_read(folder / "cpu.cfs_quota_us"), _read(folder / "cpu.cfs_period_us"))


def group_folders(root: Path, controller: str) -> Iterator[Path]:
    """The folders of this process's group and of those above it; `controller` is that of version 1,
    empty for version 2. In a container the group's path may be the host's, of which only the top is
    to be seen."""
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controller not in controllers.split(",") or (controller == "") != (controllers == ""):
            continue
        mount = root / "sys/fs/cgroup" / controllers
        if controller and not mount.is_dir():
            mount = root / "sys/fs/cgroup" / controller
        group = Path(path.lstrip("/"))
        for part in (group, *group.parents):
            if (mount / part).is_dir():
                yield mount / part


def _share(quota: str, period: str) -> float | None:
    try:
        share = int(quota) / int(period)
    except (ValueError, ZeroDivisionError):
        return None
    return share if share > 0 else None


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
