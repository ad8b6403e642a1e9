"""Models that lay a cutout flat, chosen by name in bootstrap."""
