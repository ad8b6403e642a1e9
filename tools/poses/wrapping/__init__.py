"""The saree wrapped by rule, before physics."""
