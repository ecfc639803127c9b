"""The site's own recordings, before they are used: what to read, what is wrong with the files, how they get
their names.

- `sheet` lists what a person reads, with the name of each file.
- `check` looks at a folder of files; `names` knows which names are used, `remark` is what they find.
- `bringing` copies files that bear the numbers of the sheet to their names.

How they sound is decided in `gateway.voice` (`sound/clips`).
"""
