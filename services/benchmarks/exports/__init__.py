"""Tables of a run to take along: CSV for spreadsheets, LaTeX for papers."""
