"""The cloud on this machine: store, queues, gateway and functions. Never deployed."""
