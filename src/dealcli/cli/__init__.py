"""The command line: one file a command, each of which loads, asks, shows and ends with an exit code."""
