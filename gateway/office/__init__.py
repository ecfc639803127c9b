"""Office: what people do, each act by the name of the person.

A refused act raises an exception that says why.
"""
