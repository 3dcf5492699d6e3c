"""The administrators' side: what was not understood, the examples and answers, trainings, versions, figures."""
