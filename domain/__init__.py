"""The words every part shares: frozen values and pure functions, no I/O, nothing of ours imported."""
