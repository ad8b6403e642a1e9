"""Pixels in, pixels out; no jobs, no files, no AWS."""
