"""Measurements on photos and made samples."""
