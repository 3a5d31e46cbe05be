package devices

// Row is one device of an input. A [Reader] appends to the slices of an earlier row, so
// whoever keeps them copies them.
type Row struct {
	// Line is where the row begins, counted from 1; the number of the element in a JSON
	// document, and 1 in a property list.
	Line int64
	// Token is the device token in lower-case hexadecimal. With a fault it is what
	// stood in its place, shortened, and empty where that might be a PushMagic.
	Token []byte
	// Magic is the PushMagic; empty if the row has none. It is a secret.
	Magic []byte
	// Topic is what the device listens to; empty where the input does not say.
	Topic []byte
	// ID says which device it is: its UDID or EnrollmentID, with the user of a channel
	// of its own behind a colon; else what the server calls it, else its serial number.
	// Empty where the input does not say.
	ID []byte
	// Left tells that the server knows the device to be managed no more.
	Left bool
	// Fault says why the row cannot be used; empty if it can.
	Fault Fault
}

// Unusual tells that the token has another length than every device token so far. APNs may
// take it all the same: Apple names no length.
func (r *Row) Unusual() bool { return len(r.Token) != 2*usualToken }

// placed tells whether the row says which device it is or what it listens to.
func (r *Row) placed() bool { return len(r.ID) > 0 || len(r.Topic) > 0 }

// Fault says what is wrong with a row. The sentences live in the catalogues under these
// names.
type Fault string

// The faults.
const (
	NoToken       Fault = "no-token"        // there is nothing where the token belongs
	OddHex        Fault = "odd-hex"         // a digit was lost or is too many
	BrokenHex     Fault = "broken-hex"      // mostly hexadecimal, with something else in it
	HexOfBase64   Fault = "hex-of-base64"   // the base64 text was turned into hexadecimal, not the token
	UDID          Fault = "udid"            // that of an iPhone, iPad or newer Mac
	UUID          Fault = "uuid"            // a UDID of a Mac, an enrollment id or a PushMagic
	PrintedShort  Fault = "printed-short"   // a printed NSData or Data, which leaves bytes out
	NotAToken     Fault = "not-a-token"     // neither hexadecimal nor base64 of a token
	TokenTooLong  Fault = "too-long"        // longer than any token
	TooManyFields Fault = "too-many-fields" // a plain line with more than token and PushMagic
	OpenQuote     Fault = "open-quote"      // a quotation mark that is never closed
	LineTooLong   Fault = "line-too-long"   // more than 64 KiB
	NotJSON       Fault = "not-json"        // a line among JSON lines that is no JSON object
	BrokenEvent   Fault = "broken-event"    // a webhook's event whose check-in cannot be read
)

// maxShown is how much is kept of what stood in place of a token.
const maxShown = 128

// spoil marks the row as unusable. What stood in place of the token is kept for the
// report, unless it has the form of a UUID: then columns were swapped, and it is a
// PushMagic.
func (r *Row) spoil(f Fault, shown []byte) {
	r.Fault, r.Magic, r.Token = f, r.Magic[:0], r.Token[:0]
	if !isUUID(shown) {
		r.Token = append(r.Token, shown[:min(len(shown), maxShown)]...)
	}
}

// isUUID tells the form that PushMagic has by Apple's practice.
func isUUID(text []byte) bool {
	const length = 36
	return len(text) == length && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
}
