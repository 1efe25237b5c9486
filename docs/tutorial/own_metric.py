# SPDX-License-Identifier: GPL-2.0-only
"""How many members accuse each crashed one by themselves."""

import sys

import pandas

events = pandas.read_csv(sys.argv[1] + "/events.csv", keep_default_na=False, na_values=[""])
suspicions = events[events.event == "suspect"]
for crash in events[events.observer.isna() & (events.event == "crash")].itertuples():
    about = suspicions[(suspicions.subject == crash.subject) & (suspicions.index > crash.Index)]
    print(crash.subject, about.source.nunique())
