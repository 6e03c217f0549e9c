"""What the teaching pages show, one file a lesson or panel."""
