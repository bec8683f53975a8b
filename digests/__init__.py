"""What goes to whom, and when: match, plan an edition, lay it out, deliver it."""
