"""Where the value projections of a model are."""
