"""One asyncio event loop for each host, driven by the kernel."""
