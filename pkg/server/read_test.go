package server

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestSerialNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"3A5F00": "3a5f00", "00:3a:5F:00": "3a5f00", "0x3a5f": "3a5f", "7 8": "78",
		"1234567890987654321": "112210f4b16c1cb1", // more digits than eight bytes have in hexadecimal
		"":                    "", "-1": "1", "none": "", "0": "",
	} {
		if got := serial(text, false); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := serial("4096", true); got != "1000" {
		t.Errorf("decimal: %q", got)
	}
}

func TestMoments(t *testing.T) {
	want := time.Date(2027, time.March, 4, 9, 30, 15, 0, time.UTC)
	for _, text := range []string{
		"2027-03-04T09:30:15Z", "2027-03-04T18:30:15.000+09:00", "2027-03-04T09:30:15.0000000Z", "2027-03-04T09:30:15",
		"2027-03-04 09:30:15 UTC", " 2027-03-04 09:30:15\n",
	} {
		if got := moment(text); !got.Equal(want) {
			t.Errorf("%q: %v", text, got)
		}
	}
	for _, text := range []string{"", "null", "0001-01-01T00:00:00Z", "yesterday"} {
		if got := moment(text); !got.IsZero() {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestPortalFilesInTheirWrappings(t *testing.T) {
	const list = `<?xml version="1.0"?><!DOCTYPE plist><plist version="1.0"><dict/></plist>`
	once := base64.StdEncoding.EncodeToString([]byte(list))
	twice := base64.StdEncoding.EncodeToString([]byte(once))
	for name, c := range map[string]struct{ body, want string }{
		"as it is":          {once, once},
		"a list":            {list + "\n", list},
		"in lines":          {once[:40] + "\r\n" + once[40:] + "\r\n", once[:40] + "\r\n" + once[40:]},
		"a mark before it":  {"\ufeff" + once, once},
		"twice":             {twice, once},
		"of a CSR response": {`{"csr": "` + twice + `"}`, once},
		"of a value":        {`{"@odata.context": "x", "value": "` + once + `"}`, once},
		"a quoted text":     {`"` + once + `"`, once},
		"a document in one": {base64.StdEncoding.EncodeToString([]byte(`{"data": "` + once + `"}`)), once},
		"of another base":   {strings.TrimRight(base64.URLEncoding.EncodeToString([]byte(once)), "="), once},
		"nothing":           {"", ""},
		"an empty document": {"{}", ""},
		"base64 of a text":  {base64.StdEncoding.EncodeToString([]byte("hello, world")), ""},
		"a page":            {"<html></html>", ""},
		"an error":          {`{"message": "no"}`, ""},
	} {
		got, ok := unwrap([]byte(c.body))
		if string(got) != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	deep := once
	for range 9 {
		deep = base64.StdEncoding.EncodeToString([]byte(deep))
	}
	if _, ok := unwrap([]byte(deep)); ok {
		t.Error("ten layers are taken off")
	}
}

// TestNothingCanBeDeleted: JumpCloud and Fleet end the management of all devices at one such call.
func TestNothingCanBeDeleted(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "_test.go") && (bytes.Contains(text, []byte("MethodDelete")) || bytes.Contains(text, []byte(`"DELETE"`))) {
			t.Errorf("%s can delete", name)
		}
	}
	d, sent := testDoor(Access{Kind: Fleet, Credentials: map[string]string{token: "s3cret"}}, 200, "{}")
	for _, method := range []string{http.MethodDelete, "delete", http.MethodOptions, http.MethodConnect, ""} {
		if _, err := d.ask(t.Context(), call{method: method, path: "x"}); err == nil || *sent > 0 {
			t.Errorf("%q: %v, %d calls", method, err, *sent)
		}
	}
}

// testDoor leads to one answer.
func testDoor(a Access, status int, body string) (*door, *int) {
	base, _ := address(Access{URL: "https://mdm.example.com"}, Offers{})
	a.Name = "school"
	d, sent := newDoor(a, base, Options{Sleep: func(context.Context, time.Duration) error { return nil }}), new(int)
	d.client.Transport = trip(func(*http.Request) (*http.Response, error) {
		*sent++
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
	return d, sent
}

type trip func(*http.Request) (*http.Response, error)

func (t trip) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// FuzzAnswers gives every kind any answer to any call: it ends, and what is told of it fits on a line.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[]`, `[{}]`, `null`, `{"data":{"attributes":{"expires_at":"2027-03-04T09:30:15Z","subject":"UID=com.apple.mgmt.x,CN=y"}}}`,
		`[{"id":"a/../b","apnsPushTopic":"com.apple.mgmt.x","appleCertSerialNumber":"zz"}]`, `{"serial_number":12345678901234567890}`,
		`{"cert":"LS0tLS1CRUdJTi"}`, `{"csr":"UEQ5NGJXdw=="}`, `{"topic":"x","not_after":"0001-01-01T00:00:00Z"}`, `{"results":[{"topic":1}]}`,
		`{"access_token":"x","expires_in":1}`, `{"error":{"error":{"error":{"error":{"error":"s3cret"}}}}}`, "<title>\x1b[2J\u202e</title>",
		`{"alerts":[{"data":{"@type":".ApnsCertificateExpirationInfo","expirationTime":"2027-03-04T09:30:15Z"}}]}`, `{"certificate":"MII="}`,
	} {
		f.Add(200, seed)
		f.Add(404, seed)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		for _, kind := range Kinds() {
			given := map[string]string{}
			for _, name := range kind.Offers().Ways[0] {
				given[name] = "s3cret-" + name
			}
			a := Access{Kind: kind, Credentials: given, Topic: "com.apple.mgmt.x"}
			d, _ := testDoor(a, 200+max(0, status%400), body)
			s := kind.product().open(d, a)
			held, err := s.Read(t.Context())
			request, err2 := s.Request(t.Context())
			if err2 == nil && !isPlist(request) {
				if plain, ok := unbase64(request); !ok || !isPlist(trimmed(plain)) {
					t.Errorf("%s hands out %q", kind, request)
				}
			}
			for _, err := range []error{err, err2, s.Upload(t.Context(), Delivery{Certificate: []byte("x")})} {
				told(t, kind, err)
			}
			if unprintable(held.Alert) {
				t.Errorf("%s: %+v", kind, held)
			}
		}
	})
}

// told checks what would be printed of an error.
func told(t *testing.T, kind Kind, err error) {
	t.Helper()
	if err == nil {
		return
	}
	p, ok := errors.AsType[*problem.Error](err)
	if !ok || !slices.Contains([]problem.Code{problem.ServerRefused, problem.ServerUnreachable, problem.ServerUnsupported, problem.Usage}, p.Code) {
		t.Errorf("%s: %v", kind, err)
		return
	}
	for name, value := range p.Params {
		if unprintable(value) || strings.Contains(value, "s3cret-token") || len(value) > 1300 {
			t.Errorf("%s: %s is %q", kind, name, value)
		}
	}
}

func unprintable(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) })
}
