"""What people bring: RR intervals, saliva, nights, questionnaires, pairs."""
