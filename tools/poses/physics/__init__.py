"""Cloth that falls, and cannot pass through cloth."""
