"""Networks evaluated with PyTorch for a mezzotint elsewhere; docs/engine-protocol.md says how the two speak."""

__version__ = "0.1.0"
