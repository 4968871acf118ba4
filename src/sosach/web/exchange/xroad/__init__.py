"""X-Road: Sosach as a provider behind a security server, by the message protocol for REST (PR-REST, PR-MREST)."""
