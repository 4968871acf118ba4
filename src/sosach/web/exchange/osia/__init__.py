"""OSIA: number management, data access, population registry and third-party services, each under its own base path."""
