"""The language of expressions, conditions and triggers: text to tree, tree to typed functions.

Importing the package enters the rules for every kind of node (``compiler``).
"""

from dealcli.language import aggregates, clauses, conditions, events, functions, lookups, names, operators

__all__ = ["aggregates", "clauses", "conditions", "events", "functions", "lookups", "names", "operators"]
