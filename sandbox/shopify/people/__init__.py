"""What people do in the admin, in a checkout, in the Dev Dashboard."""
