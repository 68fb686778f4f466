"""The policy's own words, as `policy.text` holds them: what the board is made of."""

from mainstay.policy.text import (
    SOURCE,
    Block,
    Clause,
    PolicyText,
    PolicyTextWrong,
    Run,
    Section,
    clause_ids,
    policy_text,
    read,
)

__all__ = [
    "SOURCE",
    "Block",
    "Clause",
    "PolicyText",
    "PolicyTextWrong",
    "Run",
    "Section",
    "clause_ids",
    "policy_text",
    "read",
]
