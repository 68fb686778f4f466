"""What probes run on: one loop, one resolver, one libcurl multi handle.

A probe is a generator: it yields operations (`steps.Resolve`, `steps.Fetch`), gets their results sent in, and
returns a finding. It knows nothing of sockets; the engine knows nothing of what a finding means.
"""
