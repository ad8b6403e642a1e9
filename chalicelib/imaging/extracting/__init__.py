"""The strip's parts, and the whole saree continued from them."""
