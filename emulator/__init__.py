"""The cloud on this machine; never deployed."""
