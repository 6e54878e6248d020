"""Reports of runs and comparisons: gathered as plain data, drawn, and laid out on one page."""
