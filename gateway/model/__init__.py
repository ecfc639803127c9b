"""Values: CAP's words for warnings, then ours for plans and deliveries. No IO, no clock, no asyncio, no logging."""
