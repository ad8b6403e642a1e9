"""Sarees made by rule, whose every fact is known."""
