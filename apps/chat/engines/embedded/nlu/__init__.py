"""Understanding a sentence: features, linear model, confidence, entities."""
