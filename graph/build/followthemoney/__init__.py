"""Streams of FollowTheMoney entities in: people, companies and assets, and the ties between them as statements."""
