# SPDX-License-Identifier: GPL-2.0-only
"""What can perform a scenario: each is a program that knows `plan` and `run`, and what it needs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Backend:
    """A program of the build folder and how campaigns use it."""

    name: str
    program: str
    targets: tuple[str, ...]
    """What to build: the program, and what it starts."""
    needs: tuple[str, ...] = ()
    """Programs of the build folder that it starts; they are part of who answered."""
    real_time: bool = False
    """A run lasts as long as the scenario says, and needs the machine for itself."""
    verb: str = "Simulating"


_MEMBER_TARGETS = ("members",)
_MEMBER_PROGRAMS = ("swim-agent",)

_METRICS_TARGET = "swimlab-metrics"
"""The analysis asks it for runs whose metrics an older version computed."""

NS3 = Backend("ns3", "swimlab-ns3", ("swimlab-ns3", _METRICS_TARGET))

BACKENDS = {
    backend.name: backend
    for backend in (
        NS3,
        Backend("virtual", "swimlab-virtual", ("swimlab-virtual", _METRICS_TARGET)),
        Backend(
            "sockets",
            "swimlab-sockets",
            ("swimlab-sockets", _METRICS_TARGET, *_MEMBER_TARGETS),
            _MEMBER_PROGRAMS,
            real_time=True,
            verb="Running",
        ),
        Backend(
            "emulation",
            "swimlab-emulation",
            ("swimlab-emulation", _METRICS_TARGET, *_MEMBER_TARGETS),
            _MEMBER_PROGRAMS,
            real_time=True,
            verb="Running",
        ),
    )
}
