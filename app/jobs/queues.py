"""The queues: work of one kind never waits behind work of another.

``train`` computes for hours, ``io`` for minutes, ``benchmarks`` waits for other people's servers.
"""

TRAIN = "train"
IO = "io"
BENCHMARKS = "benchmarks"
QUEUES = (TRAIN, IO, BENCHMARKS)
