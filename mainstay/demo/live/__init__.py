"""The live demo websites: servers on loopback, their pages and their certificates."""
