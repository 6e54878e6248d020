"""The statistics of studies and the sentence that states their result."""
