"""Sound: signed 16-bit mono PCM at the voice's rate, at one loudness.

- `finish`: a piece as it is heard. It is stretched (`stretching`), brought to one rate with the curve of its
  loudspeakers (`resampling`), and brought to one loudness (`levelling`, `loudness`) under one ceiling
  (`limiting`).
- `pauses` and `pace`: how long the pauses of a message are, and how fast its pieces.
- `tones`: attention tones. `clips`: the site's own recordings. `recording`: a sound file made ready to play.
  `quality`: what is measured of one.
- `shelf` keeps sound on the disk. `slices` lets long computations give way to other tasks.
"""
