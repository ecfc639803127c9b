"""SYN6288 text-to-speech chips on serial ports, one chip a port."""
