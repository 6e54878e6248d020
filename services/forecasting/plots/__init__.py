"""Plots of test samples: which samples, what is shown of them, as numbers and as a PNG."""

JOB_KIND = "draw_plot"
