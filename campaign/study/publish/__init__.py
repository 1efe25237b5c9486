# SPDX-License-Identifier: GPL-2.0-only
"""A study's folder as research is handed on: described for machines, to be cited, to be checked by
strangers, and in one file.
"""
