"""The tests: the same folders as the package, plus the cast, the factories and the page client."""
