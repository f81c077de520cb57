"""The same questions on every database give the same answers."""
