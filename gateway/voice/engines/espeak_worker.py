# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that speaks phonemes with espeak-ng. It is a program of its own: it imports nothing of the gateway and is talked to over pipes.

At start it writes its sampling rate in Hz: 4 bytes. All numbers are unsigned and big-endian.
Request on standard input: 4 bytes length of the text; rate, pitch, range and volume on espeak-ng's scales, 2 bytes each; then the text in
UTF-8: phonemes in `[[...]]`, punctuation, letters. Answer on standard output, as it is made: blocks of 4 bytes length and signed 16-bit
mono PCM; length 0 ends it.
"""

import ctypes
import io
import struct
import sys

import espeakng_loader

PHONEMES, UTF8, ENDPAUSE = 0x100, 0x1, 0x1000
SYNCHRONOUS = 2
RATE, VOLUME, PITCH, RANGE = 1, 2, 3, 4
"""espeak_PARAMETER of speak_lib.h."""
AT_ONCE = 1 << 15
"""Bytes written at once: less than a second of sound, half of what a pipe holds."""
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
