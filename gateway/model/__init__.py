"""Values: CAP's names for warnings, then our own for plans and deliveries.

No IO, no clock, no asyncio, no logging. Nothing here changes after it is made.
"""
