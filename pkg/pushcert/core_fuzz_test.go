package pushcert

import (
	"bytes"
	"testing"
)

// seedAll adds the inputs, and refuses to run on none.
func seedAll(f *testing.F, inputs ...[]byte) {
	f.Helper()
	if len(inputs) == 0 {
		f.Fatal("no seeds")
	}
	for _, input := range inputs {
		f.Add(input)
	}
}

func FuzzParseCertificate(f *testing.F) {
	w := newWorld(f)
	seedAll(f, w.root.X509.Raw, w.wwdr.X509.Raw, w.vendor.X509.Raw, w.push.X509.Raw)
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := ParseCertificate(der)
		if (c == nil) != (err != nil) {
			t.Fatalf("certificate %v, error %v", c, err)
		}
		if c == nil {
			return
		}
		if c.Topic() != "" && len(c.Topics()) == 0 || c.Role() == "" || len(c.SerialHex())%2 != 0 {
			t.Error("a fact is missing")
		}
		if bytes.ContainsAny([]byte(c.Subject()+c.Issuer()), "\n\r\x1b") {
			t.Error("a name breaks out of its line")
		}
		CheckPush(c, testNow, Policy{60, 30}, w.trust)
		CheckVendor(c, testNow, Policy{60, 30}, w.trust)
	})
}

func FuzzParseRequest(f *testing.F) {
	w := newWorld(f)
	data := build(f, w)
	text := []byte(list(f, data))
	seedAll(f, data, text, wrap(string(data)), w.vendor.PEM(), bytes.ReplaceAll(text, []byte("string>"), []byte("data>")))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, findings := ParseRequest(data)
		if r == nil {
			if len(findings) == 0 {
				t.Error("unreadable, and no finding says why")
			}
			return
		}
		CheckRequest(r, testNow, w.trust)
	})
}

// What the fuzzer puts into a subject comes out of the request again, and nothing
// of it is refused.
func FuzzRequestRoundTrip(f *testing.F) {
	w := newWorld(f)
	seedAll(f, []byte("prod"), []byte("株式会社テスト"), []byte(`<&>"'`), []byte("]]>"))
	f.Fuzz(func(t *testing.T, name []byte) {
		der, err := NewCSR(testKeys()["customer"], Subject{CommonName: string(bytes.ToValidUTF8(name, nil)), Country: "JP"})
		if err != nil {
			return
		}
		data, err := BuildRequest(der, w.vendor.Certificate, testKeys()["vendor"], certificates(w.wwdr, w.root))
		if err != nil {
			t.Fatal(err)
		}
		r, form := ParseRequest(data)
		if len(form) > 0 || r == nil {
			t.Fatalf("form: %v", form)
		}
		if !bytes.Equal(r.CSR.X509.Raw, der) || !bytes.Equal(encoded(t, r), data) {
			t.Error("not what was written")
		}
		if found := CheckRequest(r, testNow, w.trust); len(found) > 0 {
			t.Errorf("content: %v", found)
		}
	})
}
