"""The numbers of the teaching pages: nothing here draws or shows."""
