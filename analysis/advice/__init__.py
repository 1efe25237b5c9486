# SPDX-License-Identifier: GPL-2.0-only
"""The table of `./swimlab advise`: made of finished studies (make.py), and read again (lookup.py).

lookup.py is all that an answer needs, and takes nothing beyond Python's own library.
"""
