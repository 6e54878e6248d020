"""The items of a run one by one: what was asked, and what was answered."""
