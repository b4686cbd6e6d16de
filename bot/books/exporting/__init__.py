"""The ledger in forms that other programs read: pure, a line at a time.

Every form tells the same transactions with the same sums. Time is told in whole minutes, for a third
of an hour has no decimals that end.
"""
