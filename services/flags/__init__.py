"""The switches of the platform's parts."""
