"""Traits: the adjectives that personas are rated on."""
