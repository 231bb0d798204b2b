"""Everything the utility does; the only place that writes."""
