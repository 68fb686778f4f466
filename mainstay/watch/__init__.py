"""Is it up: monitors, probers, outages, the downtime ledger."""
