"""The aiohttp application that puts the doors together."""
