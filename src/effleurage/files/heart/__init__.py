"""RR intervals and beats as recorders, apps and archives write them."""
