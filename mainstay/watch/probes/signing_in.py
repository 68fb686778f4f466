"""What the settings of mail servers have in common: who signs in, and never in the open."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from mainstay.watch.engine.steps import Family
from mainstay.watch.probes.kind import ProbeSettings


class SignInSettings(ProbeSettings):
    """Who signs in, over which addresses. Whoever inherits adds `security`, whose value `none` stands for no TLS."""

    user: Annotated[str, Field(title="User name", description="Empty: no sign-in.", max_length=200)] = ""
    password: Annotated[str, Field(title="Password", max_length=500)] = ""
    family: Annotated[Family, Field(title="Addresses", description="IPv4, IPv6, or either.")] = Family.ANY

    @model_validator(mode="after")
    def _never_in_the_open(self) -> Self:
        if self.user and getattr(self, "security", "none") == "none":
            raise ValueError("A password is never sent over a connection that is not secure.")
        return self
