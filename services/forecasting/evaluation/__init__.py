"""How good forecasts are: tables, baselines, comparisons, intervals and their coverage.

Arrays in, plain values out: no database and no files. ``truth`` and ``forecast`` are (n, steps),
n windows in the order of their reference times, in physical units. What is undefined is None.
"""
