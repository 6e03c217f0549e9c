"""The numbers behind the lessons, one file a lesson."""
