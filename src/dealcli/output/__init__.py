"""The result document and the formats that render it: one file a format, each a function from the document to text."""
