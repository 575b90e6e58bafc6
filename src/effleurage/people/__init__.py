"""Who is simulated: covariates, spread between persons, cohorts and twins."""
