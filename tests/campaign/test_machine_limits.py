# SPDX-License-Identifier: GPL-2.0-only
"""Memory and processors are those that the control groups allow, of either version, and not the
machine's: a container with 2 of 64 processors that starts 64 runs is killed."""

import os
from pathlib import Path

import pytest

from analysis.processors import cores
from campaign.memory import available_memory_bytes

MEMINFO = "MemAvailable: 8000000 kB\n"


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in {"proc/meminfo": MEMINFO, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


VERSION_2 = {
    "proc/self/cgroup": "0::/batch/job\n",
    "sys/fs/cgroup/batch/memory.max": "1000000\n",
    "sys/fs/cgroup/batch/memory.current": "900000\n",
    "sys/fs/cgroup/batch/memory.stat": "anon 1\ninactive_file 50000\nactive_file 25000\nfile 9\n",
    "sys/fs/cgroup/batch/job/memory.max": "max\n",
    "sys/fs/cgroup/batch/job/memory.current": "5\n",
    "sys/fs/cgroup/batch/job/cpu.max": "100000 100000\n",
}
VERSION_1 = {
    "proc/self/cgroup": "4:memory:/batch/job\n1:cpu,cpuacct:/batch\n0::/\n",
    "sys/fs/cgroup/memory/batch/job/memory.limit_in_bytes": "1000000\n",
    "sys/fs/cgroup/memory/batch/job/memory.usage_in_bytes": "900000\n",
    "sys/fs/cgroup/memory/batch/job/memory.stat": "cache 7\ntotal_inactive_file 75000\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "sys/fs/cgroup/memory/memory.usage_in_bytes": "123\n",
    "sys/fs/cgroup/cpu,cpuacct/batch/cpu.cfs_quota_us": "50000\n",
    "sys/fs/cgroup/cpu,cpuacct/batch/cpu.cfs_period_us": "100000\n",
    "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
    "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
}


@pytest.mark.parametrize("files", [VERSION_2, VERSION_1], ids=["version-2", "version-1"])
def test_limits_are_those_of_the_tightest_group_above(tmp_path: Path, files: dict) -> None:
    write(tmp_path, files)
    assert available_memory_bytes(tmp_path) == 1000000 - 900000 + 75000
    assert cores(tmp_path) == 1


@pytest.mark.parametrize("quota", ["max 100000", "6400000 100000", "", "x y", "100000 0"])
def test_a_quota_that_is_none_leaves_the_affinity(tmp_path: Path, quota: str) -> None:
    write(tmp_path, {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": quota + "\n"})
    assert cores(tmp_path) == len(os.sched_getaffinity(0))


def test_a_container_sees_the_top_of_its_group_only(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/../../system.slice/docker-5f.scope\n",
            "sys/fs/cgroup/memory.max": "3000000\n",
            "sys/fs/cgroup/memory.current": "1000000\n",
        },
    )
    assert available_memory_bytes(tmp_path) == 2000000


def test_a_machine_without_limits_has_what_linux_says(tmp_path: Path) -> None:
    write(tmp_path, {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"})
    assert available_memory_bytes(tmp_path) == 8000000 * 1024
