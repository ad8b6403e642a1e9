"""Pieces of cloth from photos that show no saree flat."""
