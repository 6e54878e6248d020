"""The statistics of studies and the sentence that says what they found."""
