"""KOMBIT's Sags- og Dokumentindeks (SF1470) behind the port `CaseSystem`."""
