# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab bench`: where the time goes.

A number in seconds says as much about the machine as about Swimlab. So every figure is a quotient:
ours over a baseline that ran beside it, in turn, on the same machine and in the same minute.
"""
