package pushcert

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

func keyFile(tb testing.TB, key crypto.Signer) []byte {
	tb.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		tb.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func curveKey(tb testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	tb.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// A file is checked as what it is: TestFileCheck has one of each kind.
func TestFileCheck(t *testing.T) {
	w := newWorld(t)
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	expired := pushSpec()
	expired.to = testNow.AddDate(0, 0, -1)
	weak, err := NewCSR(weakKey(t), Subject{CommonName: "x"})
	if err != nil {
		t.Fatal(err)
	}
	request := build(t, w)
	for name, row := range map[string]struct {
		data     []byte
		want     []string
		severity problem.Severity
		provider bool
		asks     string // for a certificate of this key
	}{
		"a request":                    {request, nil, 0, false, testCSR(t, "customer").PublicKey()},
		"a push certificate":           {w.push.PEM(), nil, 0, false, ""},
		"one that has ended":           {issue(t, w.aai, expired).PEM(), []string{"expired"}, problem.Critical, false, ""},
		"one behind its intermediates": {bundle(w.push, w.aai), nil, 0, false, ""},
		"a CSR":                        {testCSR(t, "customer").PEM(), nil, 0, false, testCSR(t, "customer").PublicKey()},
		"a weak CSR":                   {parseCSR(t, weak).PEM(), []string{"key-weak"}, problem.Critical, false, parseCSR(t, weak).PublicKey()},
		"an RSA key":                   {keyFile(t, testKeys()["customer"]), nil, 0, false, ""},
		"a short RSA key":              {keyFile(t, weakKey(t)), []string{"key-weak"}, problem.Critical, false, ""},
		"a key for provider tokens":    {keyFile(t, curveKey(t, elliptic.P256())), []string{"key-weak.p8"}, problem.Info, true, ""},
		"a key on P-384":               {keyFile(t, curveKey(t, elliptic.P384())), []string{"key-weak.algorithm"}, problem.Info, false, ""},
		"a key on an Edwards curve":    {keyFile(t, edwards), []string{"key-weak.algorithm"}, problem.Info, false, ""},
		"a token of ADE that ended":    {[]byte(`{"consumer_key":"a","consumer_secret":"b","access_token":"c","access_secret":"d","access_token_expiry":"2026-05-01T00:00:00Z"}`), []string{"expired.ade-token"}, problem.Critical, false, ""},
		"a content token that ended":   {[]byte(`{"token":"a","expDate":"2026-05-01T00:00:00+0000","orgName":"x"}`), []string{"expired.content-token"}, problem.Critical, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := Read("", row.data, nil)
			if err != nil {
				t.Fatal(err)
			}
			found := file.Check(testNow, Policy{60, 30}, w.trust)
			if got := keysOf(found); !slices.Equal(got, row.want) && len(got)+len(row.want) > 0 || len(got) > 0 && found[0].Severity != row.severity {
				t.Errorf("got %v, want %q", found, row.want)
			}
			if key := file.ProviderKey(); (key != nil) != row.provider {
				t.Errorf("a provider's key: %v", key != nil)
			}
			if got := file.RequestedKey(); got != row.asks {
				t.Errorf("it asks for %q, want %q", got, row.asks)
			}
		})
	}
	locked := &Key{}
	if found := locked.Check(); len(found) > 0 || locked.PublicKey() != "" || locked.Algorithm() != "" || locked.Bits() != 0 {
		t.Errorf("a locked key says %v", found)
	}
	_, err = locked.PKCS8()
	wantProblem(t, err, "key-encrypted")
	if found := (&File{Role: RoleHTML}).Check(testNow, Policy{}, w.trust); len(found) > 0 {
		t.Errorf("a web page: %v", found)
	}
}

// Who ought to have signed a request is the first certificate, or the vendor's that stands elsewhere.
func TestSignerOfARequest(t *testing.T) {
	w := newWorld(t)
	named := vendorSpec()
	named.extensions = nil
	byName := issue(t, w.wwdr, named)
	for name, row := range map[string]struct {
		chain []*identity
		want  *identity
		found []string
	}{
		"nobody listed":         {nil, nil, nil},
		"the vendor first":      {[]*identity{w.vendor, w.wwdr, w.root}, w.vendor, nil},
		"the vendor last":       {[]*identity{w.root, w.wwdr, w.vendor}, w.vendor, nil},
		"a push certificate":    {[]*identity{w.push, w.aai}, w.push, []string{"wrong-role.vendor"}},
		"a vendor by name only": {[]*identity{byName, w.wwdr}, byName, []string{"wrong-role.vendor.mark"}},
	} {
		r := &Request{Chain: certificates(row.chain...)}
		got := r.Signer()
		if row.want == nil {
			if got != nil {
				t.Errorf("%s: %v", name, got.Subject())
			}
			continue
		}
		_, found := r.vendor()
		if got != row.want.Certificate || !slices.Equal(keysOf(found), append([]string{}, row.found...)) {
			t.Errorf("%s: %s, %q", name, got.Subject(), keysOf(found))
		}
	}
}
