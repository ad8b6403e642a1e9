"""Photos of sarees made by rule, whose every fact is known."""
