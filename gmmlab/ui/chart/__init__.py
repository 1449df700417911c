"""Pictures in the browser: charts that stay, photos under a wipe, and their scripts."""
