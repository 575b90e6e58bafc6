"""From tubes of saliva to cortisol: assays, courses, the response to awakening, cosinors."""
