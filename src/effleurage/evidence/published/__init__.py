"""The ledger of published massage results: who counts, what was found, how sure it is."""
