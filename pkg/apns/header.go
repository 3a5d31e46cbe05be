package apns

// Header blocks of requests, encoded by hand as Apple asks (apns-reference.md 3.1):
// :path and authorization are never indexed, apns-id is indexed once for the sake of
// its name and literal afterwards, all that is constant is indexed once. A push then
// costs one copy of prepared bytes, one literal path and one literal id.

// HPACK representations (RFC 7541 section 6) and static table entries (appendix A).
const (
	literalIndexed = 0x40 // with incremental indexing
	literalNever   = 0x10 // never indexed
	literalPlain   = 0x00 // without indexing
	indexedField   = 0x80
	tableUpdate    = 0x20

	staticAuthority     = 1
	staticPost          = 3
	staticPath          = 4
	staticHTTPS         = 7
	staticAuthorization = 23
	staticContentType   = 31
	firstDynamic        = 62
)

// defaultTable is the size of the dynamic table before any SETTINGS, in bytes (RFC
// 9113 section 6.5.2). The encoder never asks for more.
const defaultTable = 4096

// devicePath precedes the token in :path.
const devicePath = "/3/device/"

// header is a field that is the same in every request of a connection.
type header struct{ name, value string }

// size is what the field takes in the dynamic table (RFC 7541 section 4.1).
func (h header) size() int { return len(h.name) + len(h.value) + 32 }

// blocks writes the header blocks of one connection.
type blocks struct {
	authority header
	constant  []header

	// The first block after a reset fills the peer's table; all later ones use it.
	fresh           bool
	kept            int    // so many fields find room in the table
	update          []byte // table size updates due before the next block
	before, between []byte // encoded fields before :path, and between it and apns-id
	id              []byte // how apns-id is named
	bearer          []byte // the encoded authorization field; empty with a certificate
}

// newBlocks prepares the blocks for a peer with a table of the default size.
func newBlocks(authority string, note Notification) *blocks {
	b := &blocks{authority: header{":authority", authority}}
	for name, value := range note.Headers() {
		b.constant = append(b.constant, header{name, value})
	}
	b.plan(defaultTable)
	return b
}

// resize follows a changed SETTINGS_HEADER_TABLE_SIZE: the table is emptied and set
// to its new size by the next block (RFC 7541 section 4.2), then filled anew.
func (b *blocks) resize(size int) {
	size = min(size, defaultTable)
	b.update = append(b.update[:0], tableUpdate)
	b.update = appendInteger(b.update, tableUpdate, 5, size)
	b.plan(size)
}

// plan decides which fields the table has room for and encodes the later blocks.
func (b *blocks) plan(size int) {
	fields := append([]header{b.authority}, b.constant...)
	fields = append(fields, header{"apns-id", string(make([]byte, idLength))})
	b.kept = 0
	for b.kept < len(fields) && fields[b.kept].size() <= size {
		size -= fields[b.kept].size()
		b.kept++
	}
	b.fresh = b.kept > 0
	b.before = append(b.before[:0], indexedField|staticPost, indexedField|staticHTTPS)
	b.before = b.appendLater(b.before, 0, b.authority)
	b.between = b.between[:0]
	for i, f := range b.constant {
		b.between = b.appendLater(b.between, i+1, f)
	}
	if b.kept == len(fields) {
		b.id = appendInteger(b.id[:0], literalPlain, 4, firstDynamic)
	} else {
		b.id = appendString(append(b.id[:0], literalPlain), "apns-id")
	}
}

// appendLater writes the constant field number i as it stands in later blocks: its
// place in the table, counted from the newest entry, or the field itself.
func (b *blocks) appendLater(dst []byte, i int, f header) []byte {
	if i < b.kept {
		return appendInteger(dst, indexedField, 7, firstDynamic+b.kept-1-i)
	}
	return appendLiteral(dst, literalPlain, 4, f)
}

// authorize sets the provider token of the blocks from now on.
func (b *blocks) authorize(jwt string) {
	b.bearer = appendInteger(b.bearer[:0], literalNever, 4, staticAuthorization)
	b.bearer = appendString(b.bearer, "bearer "+jwt)
}

// append writes the header block of one push.
func (b *blocks) append(dst, token []byte, id ID) []byte {
	dst = append(dst, b.update...)
	b.update = b.update[:0]
	if b.fresh {
		b.fresh = false
		return b.appendFirst(dst, token, id)
	}
	dst = append(dst, b.before...)
	dst = appendPath(dst, token)
	dst = append(dst, b.between...)
	dst = append(dst, b.id...)
	return append(appendID(dst, id), b.bearer...)
}

// appendFirst writes the block that fills the peer's table. Fields that the table has
// no room for stay unindexed, lest they evict the others.
func (b *blocks) appendFirst(dst, token []byte, id ID) []byte {
	form := func(i int) (byte, int) {
		if i < b.kept {
			return literalIndexed, 6
		}
		return literalPlain, 4
	}
	dst = append(dst, indexedField|staticPost, indexedField|staticHTTPS)
	first, bits := form(0)
	dst = appendLiteral(dst, first, bits, b.authority)
	dst = appendPath(dst, token)
	for i, f := range b.constant {
		first, bits = form(i + 1)
		dst = appendLiteral(dst, first, bits, f)
	}
	first, _ = form(len(b.constant) + 1)
	dst = appendString(append(dst, first), "apns-id")
	return append(appendID(dst, id), b.bearer...)
}

// appendPath writes :path, never indexed: it holds the device token.
func appendPath(dst, token []byte) []byte {
	dst = append(dst, literalNever|staticPath)
	dst = appendInteger(dst, 0, 7, len(devicePath)+len(token))
	dst = append(dst, devicePath...)
	return append(dst, token...)
}

// appendID writes the value of apns-id.
func appendID(dst []byte, id ID) []byte {
	dst = append(dst, idLength)
	dst, _ = id.AppendText(dst)
	return dst
}

// appendLiteral writes a field as a literal; names of the static table by index.
func appendLiteral(dst []byte, form byte, bits int, f header) []byte {
	switch f.name {
	case ":authority":
		dst = appendInteger(dst, form, bits, staticAuthority)
	case "content-type":
		dst = appendInteger(dst, form, bits, staticContentType)
	default:
		dst = appendString(append(dst, form), f.name)
	}
	return appendString(dst, f.value)
}

// appendString writes a string literal without Huffman coding (RFC 7541 section 5.2).
func appendString(dst []byte, s string) []byte {
	return append(appendInteger(dst, 0, 7, len(s)), s...)
}

// appendInteger writes an integer with a prefix of so many bits (RFC 7541 section
// 5.1) beneath the given leading bits.
func appendInteger(dst []byte, lead byte, bits, v int) []byte {
	limit := 1<<bits - 1
	if v < limit {
		return append(dst, lead|byte(v&0x7f))
	}
	dst = append(dst, lead|byte(limit&0x7f))
	for v -= limit; v >= 0x80; v >>= 7 {
		dst = append(dst, 0x80|byte(v&0x7f))
	}
	return append(dst, byte(v&0x7f))
}
