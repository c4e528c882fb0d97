"""`holdfast verify`: verdicts on files, folders and streams, with no vault opened.

`command` is the verb; `inputs` reads what is named; `judging` makes what judges; `answers` puts a
verdict into the form that was asked for; `batch` and `pool` do that for many, on all processors;
`tally` and `junit` sum up. `report.schema.json` describes what `--json` prints.
"""
