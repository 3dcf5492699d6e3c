"""KOMBIT's Sags- og Dokumentindeks (SF1470) behind the port `CaseSystem`."""

from bot.cases.sf1470.access import Index, OrganisationAccess, load
from bot.cases.sf1470.adapter import IndexCaseSystem
from bot.cases.sf1470.organisation import Organisation

__all__ = ["Index", "IndexCaseSystem", "Organisation", "OrganisationAccess", "load"]
