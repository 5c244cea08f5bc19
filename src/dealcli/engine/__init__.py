"""The engine: a program and a timeline become a history of legal positions."""
