"""The first page: what needs a person, what runs now, what ran lately."""
