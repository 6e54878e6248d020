"""The pictures of docs/screens: real data, every page, taken by the real browser."""
