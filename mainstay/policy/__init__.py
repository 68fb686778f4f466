"""Pure rules: office hours, terms, clocks, the ledger's arithmetic, promises. The standard library only."""
