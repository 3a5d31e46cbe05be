package term

// sequence reads on after Esc: the final byte of an arrow or the like (ECMA-48, section 5.4), else the key that
// was pressed after Esc alone. A control byte is a key wherever it stands, so that Enter and Ctrl-C are never dead.
func sequence(d Device) (final, pressed byte, err error) {
	var b [1]byte
	for n := 0; ; n++ {
		if _, err := d.Read(b[:]); err != nil {
			return 0, 0, err
		}
		switch introduces := b[0] == '[' || b[0] == 'O'; {
		case b[0] == keyEscape:
			n = -1 // another begins
		case b[0] < ' ', b[0] == keyDelete, n == 0 && !introduces:
			return 0, b[0], nil
		case n > 0 && b[0] >= '@':
			return b[0], 0, nil
		}
	}
}
