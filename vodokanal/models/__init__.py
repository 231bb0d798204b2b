"""The tables, one file a concept; they know nothing of the web."""
