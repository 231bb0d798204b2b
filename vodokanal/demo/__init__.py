"""The demo town: made-up streets, people, meters and readings, the same every time."""
