"""Everything that ships."""
