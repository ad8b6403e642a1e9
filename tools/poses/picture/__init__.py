"""From the draped cloth to the passes of a view, packed."""
