"""What several subjects need: model settings, centres, densities, cross-validation."""
