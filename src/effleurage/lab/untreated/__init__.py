"""What happens to measured people whom nobody treats."""
