"""Everything that reaches into Flower beyond flwr.app, flwr.clientapp and flwr.serverapp.

Flower promises to keep those three. The rest may be gone in any release: it is named here and
nowhere else, in one module for each side that uses it, and tests/engine/test_flower_internals.py
says of every attribute what is missing in a new release. The modules are apart because a site
must not load a server: ``messages`` (every process), ``calls`` (clients of a SuperLink or a
SuperNode), ``grid`` (a run), ``signing`` (keys and clocks), ``server`` (the SuperLink),
``supernode``.
"""
