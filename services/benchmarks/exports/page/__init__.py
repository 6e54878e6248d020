"""The report of a run as one page of HTML that needs no network and no script."""
