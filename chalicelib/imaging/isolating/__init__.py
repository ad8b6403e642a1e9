"""The cloth told from what surrounds it, and the kind of photo."""
