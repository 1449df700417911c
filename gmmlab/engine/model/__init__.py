"""What a mixture is: its parameters, shapes, units, and what can be wrong with it."""
