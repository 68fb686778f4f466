"""What lies between a prober and the centre: the database on one machine, NATS JetStream on many.

`centre` is what a prober sees of either; `local` and `remote` are the two. `taking` and `handing` are the centre's
side of NATS: results come in, work goes out. Nothing of NATS is imported where no message server is set.
"""
