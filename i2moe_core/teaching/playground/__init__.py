"""The playground: data whose truth is known, a small mixture trained live, and what can be seen of it."""
