"""What one client does to the others: each attack beside another person who only reads."""

from bench.abuse.table import measure

__all__ = ["measure"]
