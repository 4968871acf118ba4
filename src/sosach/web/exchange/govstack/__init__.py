"""GovStack's digital registries, data API 1.3.0: what of it has a lawful meaning over registers of people, vehicles and licences."""
