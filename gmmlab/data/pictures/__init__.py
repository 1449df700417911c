"""Pictures and palettes: files opened or refused in a sentence, files made."""
