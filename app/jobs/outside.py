"""Work that an external program does: its job is a row that no worker of ours ever claims.

Whoever does the work gives signs of life over HTTP, and the lease runs from one to the next. A
silence makes such a job ``lost`` like any other, but it is never called for and never given up:
only the program that does the work can go on with it.
"""

QUEUE = "outside"
HOLDER = "outside"
STOP_SECONDS = 30.0  # a job without a lease that does not answer a request to stop ends after this
