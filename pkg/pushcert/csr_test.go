package pushcert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

func testCSR(tb testing.TB, key string) *CSR {
	tb.Helper()
	der, err := NewCSR(testKeys()[key], Subject{CommonName: "prod", Email: "it@example.com", Country: "JP"})
	if err != nil {
		tb.Fatal(err)
	}
	return parseCSR(tb, der)
}

func parseCSR(tb testing.TB, der []byte) *CSR {
	tb.Helper()
	csr, err := ParseCSR(der)
	if err != nil {
		tb.Fatal(err)
	}
	return csr
}

func TestNewCSRHasTheFormThatThePortalTakes(t *testing.T) {
	der, err := NewCSR(testKeys()["customer"], Subject{CommonName: "株式会社 prod", Email: "IT@Example.com", Country: "jp"})
	if err != nil {
		t.Fatal(err)
	}
	csr := parseCSR(t, der)
	if want := "C=JP, CN=株式会社 prod, emailAddress=it@example.com"; csr.Subject() != want {
		t.Errorf("got %s, want %s", csr.Subject(), want)
	}
	if csr.X509.SignatureAlgorithm != x509.SHA256WithRSA || len(csr.X509.Extensions) > 0 {
		t.Errorf("got %v, %d extensions", csr.X509.SignatureAlgorithm, len(csr.X509.Extensions))
	}
	var tags []int
	var name []asn1.RawValue
	if _, err := asn1.Unmarshal(csr.X509.RawSubject, &name); err != nil {
		t.Fatal(err)
	}
	for _, part := range name {
		var attribute struct {
			Type  asn1.ObjectIdentifier
			Value asn1.RawValue
		}
		if _, err := asn1.Unmarshal(part.Bytes, &attribute); err != nil {
			t.Fatal(err)
		}
		tags = append(tags, attribute.Value.Tag)
	}
	if want := []int{asn1.TagPrintableString, asn1.TagUTF8String, asn1.TagUTF8String}; !slices.Equal(tags, want) {
		t.Errorf("string types %v, want %v", tags, want)
	}
	if found := csr.Check(); len(found) > 0 {
		t.Errorf("our own request: %v", found)
	}
}

func TestNewCSRRefusesWhatWasMistyped(t *testing.T) {
	for name, row := range map[string]struct {
		subject Subject
		want    string
	}{
		"country in words":        {Subject{Country: "Japan"}, "usage.country"},
		"country with a digit":    {Subject{Country: "J1"}, "usage.country"},
		"country in wide letters": {Subject{Country: "ＪＰ"}, "usage.country"},
		"e-mail without @":        {Subject{Email: "example.com"}, "usage.email"},
		"e-mail with two @":       {Subject{Email: "a@b@example.com"}, "usage.email"},
		"e-mail without domain":   {Subject{Email: "a@"}, "usage.email"},
		"e-mail without dot":      {Subject{Email: "a@localhost"}, "usage.email"},
		"e-mail with a space":     {Subject{Email: "a b@example.com"}, "usage.email"},
		"e-mail with a newline":   {Subject{Email: "a@example.com\n"}, "usage.email"},
	} {
		der, err := NewCSR(testKeys()["customer"], row.subject)
		if err == nil || der != nil || problem.Of(err).Key() != row.want {
			t.Errorf("%s: got %v, want %s", name, err, row.want)
		}
	}
}

func TestCSRCheck(t *testing.T) {
	customer := testKeys()["customer"]
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	request := func(template x509.CertificateRequest, key any) *CSR {
		template.Subject = pkix.Name{CommonName: "x"}
		der, err := x509.CreateCertificateRequest(rand.Reader, &template, key)
		if err != nil {
			t.Fatal(err)
		}
		return parseCSR(t, der)
	}
	forged := slices.Clone(testCSR(t, "customer").X509.Raw)
	forged[len(forged)-1] ^= 1
	for name, row := range map[string]struct {
		csr  *CSR
		want []string
	}{
		"good":             {request(x509.CertificateRequest{}, customer), nil},
		"elliptic curve":   {request(x509.CertificateRequest{}, curve), []string{"key-weak.algorithm"}},
		"signed with SHA1": {request(x509.CertificateRequest{SignatureAlgorithm: x509.SHA1WithRSA}, customer), []string{"request-sha1.csr"}},
		"signature broken": {parseCSR(t, forged), []string{"request-signature.csr"}},
		"1024 bits":        {request(x509.CertificateRequest{}, weakKey(t)), []string{"key-weak"}},
	} {
		if got := keysOf(row.csr.Check()); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
	}
}

// 2048 bits are right, more are a warning; the sizes at which the signature is not even looked at are
// those that the standard library refuses, or that would take minutes.
func TestKeySizes(t *testing.T) {
	const weak, large, signature = "key-weak", "key-weak.large", "request-signature.csr-algorithm"
	for bits, want := range map[int][]string{
		1023: {weak}, 1024: {weak, signature}, 2047: {weak, signature}, KeyBits: {signature},
		KeyBits + 1: {large, signature}, 4096: {large, signature}, maxRSABits: {large, signature}, maxRSABits + 1: {large},
	} {
		key := &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), bits-1, 1), E: 65537}
		unsigned := &CSR{X509: &x509.CertificateRequest{PublicKey: key}}
		if got := keysOf(unsigned.Check()); !slices.Equal(got, want) {
			t.Errorf("%d bits in a request: %q, want %q", bits, got, want)
		}
	}
	for bits, want := range map[int]int{1024: 1, 2047: 1, 2048: 0, 4096: 0} {
		if got := len(checkKey("RSA", bits)); got != want {
			t.Errorf("%d bits in a certificate: %d findings, want %d", bits, got, want)
		}
	}
}

func TestValues(t *testing.T) {
	if got, want := testCSR(t, "customer").Values(), (Subject{CommonName: "prod", Email: "it@example.com", Country: "JP"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := (&CSR{X509: &x509.CertificateRequest{}}).Values(); got != (Subject{}) {
		t.Errorf("an empty subject has values: %+v", got)
	}
}
