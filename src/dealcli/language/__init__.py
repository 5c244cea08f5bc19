"""The expression language: text to one small typed tree, and the tree to compiled conditions, triggers and values."""
