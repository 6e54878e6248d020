"""A simulated language model with effects that are put in: whatever measures it can be checked."""
