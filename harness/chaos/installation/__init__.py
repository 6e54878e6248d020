"""A whole installation under its own supervisor: attacked, left alone, and looked at from outside.

Nobody but the supervisor brings anything back here. Where it does not, the attack does, and counts
that as a restart by hand.
"""
