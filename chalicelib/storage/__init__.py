"""DynamoDB behind the store ports."""
