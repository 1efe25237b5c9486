#! /usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The examples that ns-3's test.py runs: (command, whether to run it, whether under valgrind too). Each
# checks its own outcome and fails where it is not what it says.
cpp_examples = [
    ("swim-example", "True", "False"),
    ("swim-two-clusters-example", "True", "False"),
    ("swim-csma-example", "True", "False"),
    ("swim-wifi-adhoc-example", "True", "False"),
]
python_examples = []
