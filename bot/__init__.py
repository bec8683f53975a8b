"""Where people meet it: commands, platforms, the command line, and the wiring of it all."""
