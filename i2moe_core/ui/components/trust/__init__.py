"""What the Trust page is made of, and the audit's line on other pages."""
