"""Looking round a website that is not watched yet: what answers there, and what of it is worth watching."""

from mainstay.watch.scouting.certificates import CertificateFacts, certificate_at
from mainstay.watch.scouting.scout import scout

__all__ = ["CertificateFacts", "certificate_at", "scout"]
