"""The programs of a federation across sites: SuperLinks here, and what runs at a site."""
