# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that speaks phonemes with espeak-ng. It is a program of its own and imports nothing of the
gateway.

The gateway and the worker exchange bytes over pipes. All numbers are unsigned and big-endian.

- At start the worker writes its sampling rate in Hz, 4 bytes.
- A request on standard input: the length of the text, 4 bytes; rate, pitch, range and volume on espeak-ng's
  scales, 2 bytes each; the text in UTF-8, with phonemes in `[[...]]`, punctuation and letters.
- The answer on standard output comes as it is made: blocks of a length, 4 bytes, and so much signed 16-bit
  mono PCM. The length 0 ends the answer.
"""

import ctypes
import io
import struct
import sys

import espeakng_loader

PHONEMES, UTF8, ENDPAUSE = 0x100, 0x1, 0x1000
SYNCHRONOUS = 2
RATE, VOLUME, PITCH, RANGE = 1, 2, 3, 4
"""Numbers of `espeak_PARAMETER` in speak_lib.h."""
AT_ONCE = 1 << 15
"""Bytes that are written at once: less than a second of sound, half of a pipe's buffer."""
HEAD, LENGTH = struct.Struct(">IHHHH"), struct.Struct(">I")

Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def main() -> None:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(SYNCHRONOUS, 200, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0 or library.espeak_SetVoiceByName(b"cmn") != 0:
        sys.exit("espeak-ng or its Mandarin data is missing: pip install espeakng-loader")
    source, sink = sys.stdin.buffer, io.BufferedWriter(io.FileIO(sys.stdout.fileno(), "wb", False), AT_ONCE)

    def hear(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
        if count > 0:
            sink.write(LENGTH.pack(count * 2) + ctypes.string_at(samples, count * 2))
        return 0

    callback = Callback(hear)
    library.espeak_SetSynthCallback(callback)
    sink.write(LENGTH.pack(rate))
    sink.flush()
    while len(head := source.read(HEAD.size)) == HEAD.size:
        length, *settings = HEAD.unpack(head)
        text = source.read(length) + b"\0"
        for setting, value in zip((RATE, PITCH, RANGE, VOLUME), settings, strict=True):
            library.espeak_SetParameter(setting, value, 0)
        library.espeak_Synth(text, len(text), 0, 1, 0, UTF8 | PHONEMES | ENDPAUSE, None, None)
        sink.write(LENGTH.pack(0))
        sink.flush()


if __name__ == "__main__":
    main()
