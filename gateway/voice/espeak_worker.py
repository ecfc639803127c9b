# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that speaks phonemes with espeak-ng. It is a program of its own: it imports nothing of the gateway and is talked to over pipes.

Request on standard input: 4 bytes length (big-endian), then UTF-8 text of phonemes in `[[...]]` and punctuation.
Answer on standard output: 4 bytes length, then signed 16-bit mono PCM at the rate told once at start (4 bytes).
"""

import ctypes
import struct
import sys

import espeakng_loader

PHONEMES, UTF8, ENDPAUSE = 0x100, 0x1, 0x1000
SYNCHRONOUS = 2
RATE, VOLUME, PITCH, RANGE = 1, 2, 3, 4
SETTINGS = {RATE: 145, PITCH: 60, RANGE: 85, VOLUME: 60}

Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def main() -> None:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(SYNCHRONOUS, 200, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0 or library.espeak_SetVoiceByName(b"cmn") != 0:
        sys.exit("espeak-ng or its Mandarin data is missing: pip install espeakng-loader")
    for setting, value in SETTINGS.items():
        library.espeak_SetParameter(setting, value, 0)
    heard = bytearray()

    def hear(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
        if count > 0:
            heard.extend(ctypes.string_at(samples, count * 2))
        return 0

    callback = Callback(hear)
    library.espeak_SetSynthCallback(callback)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sink.write(struct.pack(">I", rate))
    sink.flush()
    while len(head := source.read(4)) == 4:
        text = source.read(struct.unpack(">I", head)[0]) + b"\0"
        heard.clear()
        library.espeak_Synth(text, len(text), 0, 1, 0, UTF8 | PHONEMES | ENDPAUSE, None, None)
        sink.write(struct.pack(">I", len(heard)) + bytes(heard))
        sink.flush()


if __name__ == "__main__":
    main()
