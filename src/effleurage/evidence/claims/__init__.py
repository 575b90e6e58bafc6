"""What clinics say of massage, and the verdict on it."""
