"""Finding runs: what is asked for, as SQL that both databases answer from their indexes."""
