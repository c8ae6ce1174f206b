"""What the simulator is made of: how it listens, what it replies, how bytes leave, odd data."""
