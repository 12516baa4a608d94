"""An independent judge: what the CRM must hold, worked out anew from docs/mapping.md, and whether it does."""
