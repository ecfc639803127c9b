"""Monitoring: what is wrong, and who is told.

Alarms, the vital signs of the machine, the polling of speakers, the duty room, metrics and webhooks.
"""
