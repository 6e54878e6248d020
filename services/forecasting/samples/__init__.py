"""Sessions to try: series that need no network, with settings that suit them."""
