package pushcert

import (
	"errors"
	"math"
)

// Limits of a BER encoding. CMS nests about 15 levels deep.
const (
	maxBERDepth      = 64
	maxBERIndefinite = 1 << 12 // members of elements without a length
)

var errBER = errors.New("not a BER encoding, or nested too deep")

// berWalk passes over a BER encoding with a stack of its own, so that it can refuse
// what a recursive parser would die of.
type berWalk struct {
	data       []byte
	pos        int
	open       []berElement
	indefinite int
}

// berElement is an element that is still open.
type berElement struct {
	end     int // where its content ends; of an enclosing element, if indefinite
	unsized bool
	members int
}

const berUnknown = -1

// checkBER refuses an encoding that smallstep/pkcs7 would follow without bound:
// that package trusts the depth, lets members overrun the element they are in and
// reads the overrun again, and searches all the rest once per unsized member.
func checkBER(data []byte) error {
	w := berWalk{data: data}
	for {
		if err := w.step(); err != nil {
			return err
		}
		if err := w.leave(); err != nil {
			return err
		}
		if len(w.open) == 0 {
			return nil
		}
	}
}

// step reads one header, and passes over its content if it is primitive.
func (w *berWalk) step() error {
	limit := len(w.data)
	if n := len(w.open); n > 0 {
		parent := &w.open[n-1]
		limit = parent.end
		parent.members++
		if parent.unsized {
			w.indefinite++
		}
	}
	if w.indefinite > maxBERIndefinite || len(w.open) > maxBERDepth {
		return errBER
	}
	header, length, err := berHeader(w.data[w.pos:limit])
	if err != nil {
		return err
	}
	constructed := w.data[w.pos]&0x20 != 0
	w.pos += header
	switch {
	case length == berUnknown && !constructed, length > limit-w.pos:
		return errBER
	case !constructed:
		w.pos += length
	case length == berUnknown:
		w.open = append(w.open, berElement{end: limit, unsized: true})
	default:
		w.open = append(w.open, berElement{end: w.pos + length})
	}
	return nil
}

// leave closes every element that ends here. An unsized element without members
// is refused, because smallstep/pkcs7 takes its end for a member.
func (w *berWalk) leave() error {
	for n := len(w.open); n > 0; n = len(w.open) {
		last := w.open[n-1]
		switch {
		case !last.unsized && w.pos == last.end:
		case last.unsized && isEndOfContents(w.data[w.pos:last.end]):
			if last.members == 0 {
				return errBER
			}
			w.pos += 2
		default:
			return nil
		}
		w.open = w.open[:n-1]
	}
	return nil
}

func isEndOfContents(data []byte) bool { return len(data) >= 2 && data[0] == 0 && data[1] == 0 }

// berHeader returns the size of tag and length, and the length of the content or
// berUnknown (X.690 section 8.1).
func berHeader(data []byte) (size, length int, err error) {
	if len(data) < 2 {
		return 0, 0, errBER
	}
	pos := 1
	if data[0]&0x1F == 0x1F {
		for pos < len(data) && data[pos] >= 0x80 {
			pos++
		}
		pos++
	}
	if pos >= len(data) {
		return 0, 0, errBER
	}
	first := data[pos]
	pos++
	switch {
	case first < 0x80:
		return pos, int(first), nil
	case first == 0x80:
		return pos, berUnknown, nil
	}
	n := int(first & 0x7F)
	if n > 4 || len(data) < pos+n {
		return 0, 0, errBER
	}
	long := bigEndian(data[pos:][:n])
	if long > math.MaxInt32 {
		return 0, 0, errBER
	}
	return pos + n, int(long), nil
}
