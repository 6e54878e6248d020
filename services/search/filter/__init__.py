"""The language in which people ask for runs: its words, its grammar and what a sentence means."""
