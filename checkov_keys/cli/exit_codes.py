"""The exit codes of every command."""

NOTHING_FOUND = 0
FINDINGS = 1
# Something could not be judged, even where there are findings too.
INCOMPLETE = 2
# A shell's own code for a command that was stopped with Ctrl-C.
INTERRUPTED = 130
