"""The one description of every setting of a training: pure, no database, no clock."""
