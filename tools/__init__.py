"""What makes the assets that ship, and the pictures to show them; never deployed."""
