"""The figures of a month: their shape, their encoding, and how they are collected."""

from mainstay.report.figures.collecting import collect
from mainstay.report.figures.encode import decode, digest, encode
from mainstay.report.figures.month import NothingPromised
from mainstay.report.figures.shapes import Figures

__all__ = ["Figures", "NothingPromised", "collect", "decode", "digest", "encode"]
