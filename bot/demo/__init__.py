"""The bundled sample and the demonstration that runs on it."""
