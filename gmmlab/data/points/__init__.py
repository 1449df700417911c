"""Points in the plane: data sets that teach, a drawing, two columns of a table."""
