"""Who is asking: OpenID Connect logins and the opaque ids that stand for them."""
