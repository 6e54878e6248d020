"""What programs measure, whatever their task: so far the catalogue of known metrics."""
