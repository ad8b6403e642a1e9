"""Ways to tell cloth from its surroundings, chosen by name in bootstrap."""
