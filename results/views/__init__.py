"""The pages, rendered here; scripts only refresh what is on them."""
