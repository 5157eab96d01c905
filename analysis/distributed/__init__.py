"""Classifying on more than one process or machine; Ray is loaded only where it is asked for."""
