package ber

import (
	"errors"
	"math"
)

// Limits of a BER encoding. CMS nests about 15 levels deep.
const (
	maxDepth          = 64
	maxUnsizedMembers = 1 << 12 // members of elements without a length
)

// ErrForm is the answer about anything else.
var ErrForm = errors.New("not a BER encoding, or nested too deep")

// walk passes over a BER encoding with a stack of its own, so that it can refuse
// what a recursive parser would die of.
type walk struct {
	data       []byte
	pos        int
	open       []element
	indefinite int
}

// element is an element that is still open.
type element struct {
	end     int // where its content ends; of an enclosing element, if indefinite
	unsized bool
}

// Unsized is the length of content that ends with a mark of its own.
const Unsized = -1

// Check tells where the first element of an encoding ends, and refuses what ToDER must
// not follow: nesting without bound, and members that overrun the element they are in.
func Check(data []byte) (size int, err error) {
	w := walk{data: data}
	for {
		if err := w.step(); err != nil {
			return 0, err
		}
		w.leave()
		if len(w.open) == 0 {
			return w.pos, nil
		}
	}
}

// step reads one header, and passes over its content if it is primitive.
func (w *walk) step() error {
	limit := len(w.data)
	if n := len(w.open); n > 0 {
		parent := &w.open[n-1]
		limit = parent.end
		if parent.unsized {
			w.indefinite++
		}
	}
	if w.indefinite > maxUnsizedMembers || len(w.open) > maxDepth {
		return ErrForm
	}
	header, length, err := Header(w.data[w.pos:limit])
	if err != nil {
		return err
	}
	constructed := w.data[w.pos]&0x20 != 0
	w.pos += header
	switch {
	case length == Unsized && !constructed, length > limit-w.pos:
		return ErrForm
	case !constructed:
		w.pos += length
	case length == Unsized:
		w.open = append(w.open, element{end: limit, unsized: true})
	default:
		w.open = append(w.open, element{end: w.pos + length})
	}
	return nil
}

// leave closes every element that ends here.
func (w *walk) leave() {
	for n := len(w.open); n > 0; n = len(w.open) {
		last := w.open[n-1]
		switch {
		case !last.unsized && w.pos == last.end:
		case last.unsized && isEndOfContents(w.data[w.pos:last.end]):
			w.pos += 2
		default:
			return
		}
		w.open = w.open[:n-1]
	}
}

func isEndOfContents(data []byte) bool { return len(data) >= 2 && data[0] == 0 && data[1] == 0 }

// Header returns the size of tag and length, and the length of the content or
// Unsized (X.690 section 8.1).
func Header(data []byte) (size, length int, err error) {
	if len(data) < 2 {
		return 0, 0, ErrForm
	}
	pos := 1
	if data[0]&0x1F == 0x1F {
		for pos < len(data) && data[pos] >= 0x80 {
			pos++
		}
		pos++
	}
	if pos >= len(data) {
		return 0, 0, ErrForm
	}
	first := data[pos]
	pos++
	switch {
	case first < 0x80:
		return pos, int(first), nil
	case first == 0x80:
		return pos, Unsized, nil
	}
	n := int(first & 0x7F)
	if n > 4 || len(data) < pos+n {
		return 0, 0, ErrForm
	}
	var long uint64
	for _, octet := range data[pos:][:n] {
		long = long<<8 | uint64(octet)
	}
	if long > math.MaxInt32 {
		return 0, 0, ErrForm
	}
	return pos + n, int(long), nil
}
