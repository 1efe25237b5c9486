#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The simulator, but for runs that go wrong: `PROGRAM` is a script that calls this with the real one and a
folder, in which a file `fail-SEED` holds what a run with that seed is to say, and `die-SEED` makes the
process end as by a bug.
"""

import json
import os
import subprocess
import sys
from pathlib import Path


def main(real: str, folder: Path, arguments: list[str]) -> int:
    if arguments[0] != "work":
        os.execv(real, [real, *arguments])
    with subprocess.Popen([real, *arguments], stdin=subprocess.PIPE, text=True) as worker:
        assert worker.stdin is not None
        for line in sys.stdin:
            asked = json.loads(line)
            seed = asked.get("seed")
            if "out" in asked and (folder / f"fail-{seed}").exists():
                worker.stdin.close()
                worker.wait()
                text = (folder / f"fail-{seed}").read_text()
                print(json.dumps({"failed": text, "code": 1}), flush=True)
                return 1
            if "out" in asked and (folder / f"die-{seed}").exists():
                worker.kill()
                print("assertion failed: a >= b", file=sys.stderr, flush=True)
                os.abort()
            worker.stdin.write(line)
            worker.stdin.flush()
    return worker.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
