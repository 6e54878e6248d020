"""What can be concluded from the answers of a run, computed when first requested, then kept."""
