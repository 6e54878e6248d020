"""Flower's SuperLink, the job that drives rounds over it, and what runs at a site."""
