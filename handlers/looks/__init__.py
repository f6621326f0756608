"""Looking at pictures in ways of one's choice, and what follows from it."""
