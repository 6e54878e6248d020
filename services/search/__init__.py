"""Finding runs: queries as SQL that both databases answer from their indexes."""
