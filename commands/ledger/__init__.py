"""The books: what is counted, the treasury and its movements, exports, checks."""
