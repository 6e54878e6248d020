"""Tables as people have them: a CSV of time series is understood before it is used."""
