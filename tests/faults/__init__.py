"""Killing it, and feeding it garbage. Seeded samples run with the other tests, the long runs in `make faults`."""
