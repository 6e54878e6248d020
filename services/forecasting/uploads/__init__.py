"""Files of sessions on their way: in numbered chunks, by tus, and what is not there yet."""

LABEL = "bezeichnung"  # among the details of an upload
