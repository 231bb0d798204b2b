"""Numbered scripts that bring a database to today's tables; run by `flask --app app migrate`."""
