"""What the rules of alerts look at, each in a few statements over indexes."""
