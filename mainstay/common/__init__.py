"""What every area stands on: facts, jobs, mail, notifications, addresses, files, tenancy."""
