"""What runs achieved: results, comparison, insights, reports and exports."""
