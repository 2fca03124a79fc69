"""The pseudonymous person id in every token, from Cognito's trigger."""
