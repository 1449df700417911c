"""Sets of small images: handwritten digits, or a visitor's own."""
