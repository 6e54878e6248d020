"""What the errors of a session's models cost: the prices that a person gives, and the sums."""
