"""``python -m bench.chaos``: the attacks of ``harness.chaos``, beside the other measurements."""

from harness.chaos.__main__ import main

if __name__ == "__main__":
    main()
