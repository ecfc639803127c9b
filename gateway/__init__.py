"""The gateway: warnings in, speech out, a record of both. `app` composes it, `pipeline` is the journey of a warning."""
