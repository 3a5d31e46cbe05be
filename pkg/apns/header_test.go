package apns_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/http2/hpack"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

const oneToken = "0011223344556677889900112233445566778899001122334455667788990011"

// wantFields is the whole request of an MDM push, in order.
func wantFields(id apns.ID) []string {
	return []string{
		":method: POST", ":scheme: https", ":authority: api.push.apple.com",
		":path: /3/device/" + oneToken,
		"apns-topic: com.apple.mgmt.External.3d9d0f4e-0000-4000-8000-5a1fcb1f2f5c",
		"apns-push-type: mdm", "apns-priority: 10", "apns-expiration: 1900000000",
		"content-type: application/json", "apns-id: " + id.String(),
	}
}

func decode(t *testing.T, d *hpack.Decoder, block []byte) (fields []string, sensitive []string) {
	t.Helper()
	all, err := d.DecodeFull(block)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		fields = append(fields, f.Name+": "+f.Value)
		if f.Sensitive {
			sensitive = append(sensitive, f.Name)
		}
	}
	return fields, sensitive
}

func TestHeaderBlocks(t *testing.T) {
	for _, size := range []int{-1, 0, 100, 200, 400, 500, 4096, 1 << 20} {
		d := hpack.NewDecoder(4096, nil)
		b := apns.NewBlocks("api.push.apple.com", mdm())
		if size >= 0 {
			b.Resize(size)
			d.SetAllowedMaxDynamicTableSize(uint32(size))
		}
		for position := range int64(4) {
			id := apns.DeriveID(apns.ID{7}, position)
			block := b.Append(nil, []byte(oneToken), id)
			fields, sensitive := decode(t, d, block)
			if want := wantFields(id); !slices.Equal(fields, want) {
				t.Errorf("table of %d, block %d:\n%s\nwant\n%s", size, position, strings.Join(fields, "\n"), strings.Join(want, "\n"))
			}
			if !slices.Equal(sensitive, []string{":path"}) {
				t.Errorf("never indexed: %v", sensitive)
			}
			if size < 0 && position > 0 && len(block) > 130 {
				t.Errorf("block %d takes %d bytes", position, len(block))
			}
		}
	}
}

// The bytes on the wire, recorded: the block after the first, with all constant fields
// in the table.
func TestRecordedBlock(t *testing.T) {
	b := apns.NewBlocks("api.push.apple.com", mdm())
	b.Append(nil, []byte(oneToken), apns.ID{})
	got := b.Append(nil, []byte(oneToken), apns.ID{0xab, 15: 0xcd})
	want := "\x83\x87\xc4\x14\x4a/3/device/" + oneToken + "\xc3\xc2\xc1\xc0\xbf" +
		"\x0f\x2f\x24ab000000-0000-0000-0000-0000000000cd"
	if string(got) != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestProviderTokenIsNeverIndexed(t *testing.T) {
	d := hpack.NewDecoder(4096, nil)
	b := apns.NewBlocks("h", apns.Notification{Topic: "t", Expiration: -1})
	for _, jwt := range []string{"one", "two"} {
		b.Authorize(jwt)
		fields, sensitive := decode(t, d, b.Append(nil, []byte("00"), apns.ID{}))
		if fields[len(fields)-1] != "authorization: bearer "+jwt || !slices.Equal(sensitive, []string{":path", "authorization"}) {
			t.Errorf("got %q, never indexed %q", fields, sensitive)
		}
		if slices.ContainsFunc(fields, func(f string) bool { return strings.HasPrefix(f, "apns-expiration") }) {
			t.Errorf("a header that was left out is there: %q", fields)
		}
	}
}

func TestMDMBody(t *testing.T) {
	tests := map[string]string{
		"":            `{"mdm":""}`,
		"8B5F-magic":  `{"mdm":"8B5F-magic"}`,
		`a"b\c`:       `{"mdm":"a\"b\\c"}`,
		"tab\tline\n": `{"mdm":"tab\tline\n"}`,
		"日本":          `{"mdm":"日本"}`,
		"</script>&":  `{"mdm":"</script>&"}`,
	}
	for magic, want := range tests {
		if got := string(apns.AppendMDMBody(nil, magic)); got != want {
			t.Errorf("%q: got %s, want %s", magic, got, want)
		}
	}
}

func TestRecordedRequest(t *testing.T) {
	got := make(chan *request, 1)
	p := serveH2(t, func(l *link) {
		l.greet()
		r := l.next()
		got <- r
		l.accept(r)
		acceptAll(l)
	})
	_, s, err := push(t, clientFor(t, p), &fleet{n: 1})
	wantAccepted(t, s, err, 1)
	r := <-got
	if want := `{"mdm":"` + strings.Repeat("m", 36) + `"}`; string(r.body) != want {
		t.Errorf("body %s, want %s", r.body, want)
	}
	var names []string
	for _, f := range r.fields {
		names = append(names, f.Name)
	}
	want := []string{
		":method", ":scheme", ":authority", ":path", "apns-topic", "apns-push-type",
		"apns-priority", "apns-expiration", "content-type", "apns-id",
	}
	if !slices.Equal(names, want) || r.get(":authority") != p.url.Host {
		t.Errorf("got %v", r.fields)
	}
}

func TestPlainSuccess(t *testing.T) {
	tests := map[string]struct {
		block string
		want  bool
	}{
		"status alone":           {"\x88", true},
		"literal, plain name":    {"\x88\x00\x07apns-id\x03abc", true},
		"never indexed":          {"\x88\x10\x01a\x01b", true},
		"name by index":          {"\x88\x0f\x2f\x03abc", true},
		"indexed field":          {"\x88\xbe\xff\x10", true},
		"a coded name":           {"\x88\x00\x85\x1d\x66\xaa\x69\x32\x01a", true},
		"a second status":        {"\x88\x8d", false},
		"a second, literal":      {"\x88\x08\x03410", false},
		"a second, spelt out":    {"\x88\x00\x07:status\x03410", false},
		"a second, coded":        {"\x88\x00" + string(append([]byte{0x85}, hpack.AppendHuffmanString(nil, ":status")...)) + "\x03410", false},
		"a path":                 {"\x88\x84", false},
		"literal to be indexed":  {"\x88\x40\x01a\x01b", false},
		"table update":           {"\x20\x88", false},
		"another status":         {"\x8c", false},
		"nothing":                {"", false},
		"string beyond the end":  {"\x88\x00\x07apns-id\x09abc", false},
		"name beyond the end":    {"\x88\x00\x07ap", false},
		"integer without an end": {"\x88\xff\xff\xff\xff\xff\xff", false},
		"nothing after a name":   {"\x88\x0f\x2f", false},
	}
	for name, test := range tests {
		if got := apns.IsPlainSuccess([]byte(test.block)); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Whatever the short cut takes, the decoder must take for a 200 as well.
func FuzzPlainSuccess(f *testing.F) {
	seeds := []string{"\x88", "\x88\x00\x07apns-id\x03abc", "\x88\x0f\x2f\x03abc", "\x88\x10\x01a\x01b"}
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, block []byte) {
		if !apns.IsPlainSuccess(block) {
			return
		}
		status, pseudo := "", 0
		d := hpack.NewDecoder(4096, func(h hpack.HeaderField) {
			if status == "" {
				status = h.Value
			}
			if h.IsPseudo() {
				pseudo++
			}
		})
		// An index beyond the (here empty) table and a bad Huffman string are errors
		// that the short cut may overlook; a different status is not.
		_, _ = d.Write(block)
		if status != "200" || pseudo > 1 {
			t.Errorf("%q has status %q", block, status)
		}
	})
}
