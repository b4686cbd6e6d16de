"""The codes of refusals."""
