"""Files of schedules at the edge: read by the schemas of the API, with the line of each fault."""
