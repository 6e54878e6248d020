"""The ground floor: it imports nothing above itself."""
