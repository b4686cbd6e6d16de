"""The tests: transcripts first, then properties, storage, crashes, attacks and benchmarks."""
