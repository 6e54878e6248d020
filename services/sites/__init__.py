"""Analysis of web sites: one page fetched, read and judged, as a use case without a database."""
