"""SYN6288 text-to-speech chips on a serial port: one chip a port."""
