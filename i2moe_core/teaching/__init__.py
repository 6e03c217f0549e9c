"""The numbers behind the pages that teach: exact, small, and recomputed while one watches."""
