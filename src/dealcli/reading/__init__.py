"""Reading: bytes to trees of text with a position for every value, and event logs to rows.

Everything that can be wrong with a file as such is found here; what the words in it mean is not known yet.
"""
