"""Every page as people see it: by axe-core, by rulers, and by whoever opens the pictures."""
