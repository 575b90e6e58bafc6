"""What goes out and comes in: SBML, run folders."""
