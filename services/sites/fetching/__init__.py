"""Requests to hosts that nobody vouches for: guarded, bounded and by robots.txt."""
