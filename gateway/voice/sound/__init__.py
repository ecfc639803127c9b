"""Sound: signed 16-bit mono PCM at the voice's rate, at one loudness.

- `resampling`, `finish` and `loudness`: speech at one rate, with the curve of its loudspeakers, at one
  loudness.
- `tones`: attention tones. `clips`: the site's own recordings. `recording`: a sound file made ready to play.
- `shelf` keeps finished sound on the disk. `slices` lets long computations give way to other tasks.
"""
