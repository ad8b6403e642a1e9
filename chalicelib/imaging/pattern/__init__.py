"""How the pattern of a cloth repeats, differs from place to place, and goes on."""
