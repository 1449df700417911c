"""What a visitor brings: tables, drawings, photos, image sets."""
