# SPDX-License-Identifier: GPL-2.0-only
"""What happens to a cluster whose tune file names no scenario: now and then a member crashes.

The crashes bring times, all that live on bring time in which they could be buried, and both bring
load. There are few crashes, so that nine of ten members are there at the end however small the cluster
is, and far enough apart that one is known to all before the next comes, by most settings.
"""

FIRST_CRASH_S = 60
APART_S = 40
MOST_CRASHES = 10
MEMBERS_A_CRASH = 20
DURATION_S = 600
"""From the last crash to the end there are three minutes: no suspicion of a local network is longer."""


def crashes_of(members: int) -> int:
    """At most one of MEMBERS_A_CRASH members, and at least one."""
    return max(1, min(MOST_CRASHES, members // MEMBERS_A_CRASH))


def workload_text(members: int) -> str:
    """The scenario, without the cluster's and the network's own settings."""
    crashes = crashes_of(members)
    words = (
        "One member crashes" if crashes == 1 else f"{crashes} members crash, one after the other"
    )
    head = f"""# SPDX-License-Identifier: GPL-2.0-only
title = "{words}"
question = "How soon do all others know, and who else is taken for dead?"
duration = "{DURATION_S}s"
record = "summary"

[cluster]
members = {members}
start = "converged"

[topology]
kind = "star"

[network]
model = "path"
"""
    events = "".join(
        f'\n[[event]]\nname = "crash-{number + 1}"\nat = "{FIRST_CRASH_S + number * APART_S}s"\n'
        'crash = "random 1"\n'
        for number in range(crashes)
    )
    return head + events
