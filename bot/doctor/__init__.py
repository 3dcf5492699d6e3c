"""What `borgerkontakt doctor` tries, each setting for real, and how it tells. It changes nothing and sends nothing."""
