"""Announcements: the words of every announcement, as data and as pure functions.

A script is made from an alert and the roster. Nothing here speaks, waits or reads a clock.
"""
