"""A faithful GREEN-API on loopback, for the demo, for playing and for tests."""
