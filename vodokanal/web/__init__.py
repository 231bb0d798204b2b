"""What all audiences share: access, identity, clock, wording, pages."""
