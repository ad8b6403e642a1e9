"""Models that put a strip on a pose, chosen by name in bootstrap."""
