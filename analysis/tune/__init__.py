# SPDX-License-Identifier: GPL-2.0-only
"""What ./swimlab tune tells: result.json of a tune's folder as a report, figures and a page of the docs."""
