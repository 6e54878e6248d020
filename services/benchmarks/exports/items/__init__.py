"""The items of a run as rows: who was rated on what and how, and what came of it."""
