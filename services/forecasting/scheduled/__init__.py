"""Sessions that come again by themselves: new rows, datasets, models, a forecast."""
