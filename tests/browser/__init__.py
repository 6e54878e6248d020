"""Journeys of people through the real platform in a real browser."""
