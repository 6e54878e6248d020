"""A domain as small as one can be: bells that ring when a worker strikes them."""
