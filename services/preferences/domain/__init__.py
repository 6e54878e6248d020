"""The sections of a person's defaults: pure, no database, no clock."""
