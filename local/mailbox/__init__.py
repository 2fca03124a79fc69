"""The mails of this machine as pages, newest first: what Cognito and SES would have sent. Local only."""
