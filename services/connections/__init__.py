"""Connections to services that know how often a site was seen: sign-in, tokens, daily series."""
