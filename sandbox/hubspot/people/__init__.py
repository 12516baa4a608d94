"""What people do in HubSpot's own pages."""
