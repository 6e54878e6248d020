"""Federations across sites: a SuperLink here, a SuperNode at every site, and who may take part."""
