"""`holdfast serve`: the wallet over HTTP, as VC API 0.7 has it: issuing, showing, verifying.

`app` puts the addresses together, `guard` stands before them all, and `routes` answers. Whatever
judges documents does so in processes of its own: `pool` asks them, `worker` is one, `verifying` is
what it does. What signs, `issuing`, is done in this one, one after another, under the `grant` that
a person gave. `server` listens.
"""
