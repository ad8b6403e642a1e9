"""How far a render is from the cloth that it should show, measured on the cloth."""
