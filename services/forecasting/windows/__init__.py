"""From raw series to windows that a model learns from: contract sections 3.2 to 3.7.

``build_windows`` resamples every series once for each instant that any window reads; batches are
gathered from these instants, so that no overlapping copy is held. ``split_windows``,
``fit_scalers`` and ``certify`` follow it. Everything here is numpy alone, and no configuration is
global: two sessions at once never see each other's.
"""
