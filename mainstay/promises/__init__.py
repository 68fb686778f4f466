"""One rule a clause, live verdicts and their snapshots, the promise board."""
