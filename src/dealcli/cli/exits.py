"""What the number means with which a command ends. The same in every format."""

from __future__ import annotations

DONE = 0
"""It was done, and nothing that was asked about is wrong."""
ANSWER_IS_NO = 1
"""It was done, and the answer is "no": what ``--fail-on`` names was found."""
COULD_NOT = 2
"""It could not be done: the command was not understood, or its input cannot be used."""
NOTHING_TO_DO = 3
"""There was nothing to do it to: no file matched."""
BUG = 4
"""It went wrong inside dealcli."""
INTERRUPTED = 130
TERMINATED = 143
