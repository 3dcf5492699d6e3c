"""The audit trail: who looked up or wrote what, about whom, why and when."""
