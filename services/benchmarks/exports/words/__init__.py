"""The words of reports in both languages: one catalogue each, and how numbers are written."""
