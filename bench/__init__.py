"""Measured, side by side: what Roundhouse adds to the bare libraries, and what it survives."""
