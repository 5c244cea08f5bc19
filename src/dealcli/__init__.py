"""Partnership agreements as YAML: a deal and a timeline in, legal positions with reasons out.

Text becomes documents, documents become a program, a program and a timeline become a history,
a history becomes a result, and a result is rendered. Each room has one purpose and looks only to its left::

    reading  ->  model  ->  language  ->  engine  ->  analysis  ->  output  ->  cli

    dates, money   calendar arithmetic; amounts with a currency. Numbers are exact everywhere.
    diagnostics    a problem as a value: code, sentence, place, hint. Exceptions are for bugs.
    reading        bytes to plain trees, with the line and column of every value; event logs.
    model          what people may write: the gate every document passes, and the source of its JSON Schema.
    language       terms, conditions and triggers: lexer, parser, types, and the meaning of every node.
    engine         agreements made ready to run; the lifecycle as a table; one run of a timeline.
    analysis       questions put to a run: evaluation, expectations, findings, the agenda.
    output         the result document, and one file for each format that shows it.
    cli            one file for each command: load, call, show, exit.

A run makes one thing: the list of transitions, each with its cause. Positions, findings, the story on the screen
and the JSON are views of that list, so no two answers can disagree.

The trees that passed the model are what the engine compiles, so nothing to the right of it needs pydantic.
Language and engine read nothing, print nothing, and know neither clock nor chance: the same documents give the same
answer on every machine. ``tests/test_house.py`` holds these rules.
"""

__version__ = "0.1.0"
