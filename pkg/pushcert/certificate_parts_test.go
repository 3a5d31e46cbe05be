package pushcert

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"io"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
)

// An outline is all that lists show of a certificate, in little memory; where that would say less, the
// certificate stays whole.
func TestOutlineSaysTheSame(t *testing.T) {
	w := newWorld(t)
	app := pushSpec()
	app.uid, app.cn = "com.example", "example"
	for name, row := range map[string]struct {
		c    *identity
		less bool
	}{
		"push": {w.push, true}, "vendor by name": {w.vendor, true}, "app by its mark": {issue(t, w.aai, app), false}, "authority": {w.aai, false},
	} {
		o := row.c.Outline()
		if less := o.X509.Raw == nil; less != row.less {
			t.Errorf("%s: an outline without its bytes: %v", name, less)
		}
		if o.Role() != row.c.Role() || o.Topic() != row.c.Topic() || o.Subject() != row.c.Subject() || o.SerialHex() != row.c.SerialHex() ||
			!o.X509.NotAfter.Equal(row.c.X509.NotAfter) || !o.X509.NotBefore.Equal(row.c.X509.NotBefore) {
			t.Errorf("%s: it says something else", name)
		}
	}
}

func TestFingerprintsAndSerials(t *testing.T) {
	c := newWorld(t).push
	sum := sha256.Sum256(c.X509.Raw)
	if got := c.SHA256(); got != hex.EncodeToString(sum[:]) {
		t.Errorf("fingerprint %s", got)
	}
	zero := &Certificate{X509: &x509.Certificate{SerialNumber: new(big.Int)}}
	if got := zero.SerialHex(); got != "00" {
		t.Errorf("serial number zero is %q", got)
	}
}

func TestParseChain(t *testing.T) {
	w := newWorld(t)
	all, err := ParseChain(string(bundle(w.push, w.aai, w.root)))
	if err != nil || len(all) != 3 || all[0].SHA256() != w.push.SHA256() || all[2].SHA256() != w.root.SHA256() {
		t.Errorf("%d certificates, %v", len(all), err)
	}
	if all, err := ParseChain(""); err != nil || len(all) > 0 {
		t.Errorf("%d certificates of nothing, %v", len(all), err)
	}
	all, err = ParseChain(string(w.push.PEM()) + "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")
	wantProblem(t, err, "file-damaged.part.certificate")
	if all != nil {
		t.Error("a chain with an error")
	}
}

// A curve that is not known here is no damage, in a certificate and in a CSR.
func TestAnUnknownCurveIsNoDamage(t *testing.T) {
	w, s := newWorld(t), pushSpec()
	key := curveKey(t, elliptic.P256())
	s.public = key.Public()
	known, unknown := []byte("\x2a\x86\x48\xce\x3d\x03\x01\x07"), []byte("\x2a\x86\x48\xce\x3d\x03\x01\x05") // RFC 5480; X9.62 prime239v2
	_, err := ParseCertificate(bytes.Replace(issue(t, w.aai, s).X509.Raw, known, unknown, 1))
	wantProblem(t, err, "file-unsupported.curve")
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		t.Fatal(err)
	}
	_, err = ParseCSR(bytes.Replace(csr, known, unknown, 1))
	wantProblem(t, err, "file-unsupported.curve")
}

// brokenKey is a key that signs nothing, as one in hardware that was pulled out.
type brokenKey struct{ *rsa.PrivateKey }

func (brokenKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("pulled out")
}

// The certificate for mdmcert.download's answer is good for encryption, for a year, to the key.
func TestNewExchangeCertificate(t *testing.T) {
	key := testKeys()["customer"]
	c, err := NewExchangeCertificate(key, testNow)
	if err != nil {
		t.Fatal(err)
	}
	public, err := PublicKeyOf(key.Public())
	if err != nil || c.PublicKey() != public {
		t.Errorf("it has another key (%v)", err)
	}
	if got := c.X509.NotAfter.Sub(c.X509.NotBefore); got != 365*24*time.Hour || !c.X509.NotBefore.Equal(testNow) {
		t.Errorf("it is valid for %v", got)
	}
	if c.X509.KeyUsage&x509.KeyUsageKeyEncipherment == 0 || c.CN() != mdmcertRecipient || !slices.Equal(c.X509.DNSNames, []string{mdmcertRecipient}) {
		t.Errorf("key usage %b, name %s %v", c.X509.KeyUsage, c.CN(), c.X509.DNSNames)
	}
	another, err := NewExchangeCertificate(key, testNow)
	if err != nil || another.SerialDec() == c.SerialDec() {
		t.Errorf("two have one serial number (%v)", err)
	}
	if c, err := NewExchangeCertificate(brokenKey{key}, testNow); err == nil || c != nil {
		t.Error("a certificate that nobody signed")
	}
}

func TestSubjectCheck(t *testing.T) {
	if err := (Subject{CommonName: "x", Country: "jp", Email: "a@example.com"}).Check(); err != nil {
		t.Error(err)
	}
	wantProblem(t, Subject{Country: "Japan"}.Check(), "usage.country")
	wantProblem(t, Subject{Email: "a@b"}.Check(), "usage.email")
}

func TestKeysAreNamed(t *testing.T) {
	edwards, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		public    any
		algorithm string
		bits      int
	}{
		{testKeys()["customer"].Public(), "RSA", KeyBits}, {curveKey(t, elliptic.P384()).Public(), "EC", 384}, {edwards, "Ed25519", 256}, {"none", "unknown", 0},
	} {
		if algorithm, bits := strength(row.public); algorithm != row.algorithm || bits != row.bits {
			t.Errorf("%s of %d bits, want %s of %d", algorithm, bits, row.algorithm, row.bits)
		}
	}
	if _, err := PublicKeyOf("none"); err == nil {
		t.Error("something that is no key has a name")
	}
	if got := publicKey("none", []byte{1, 2, 3}); got != "AQID" {
		t.Errorf("a key of another kind is named %q", got)
	}
}

// A key that would take minutes to check is not asked.
func TestAnIssuerWithAHugeKeyIsNotAsked(t *testing.T) {
	w := newWorld(t)
	huge := &Certificate{X509: &x509.Certificate{PublicKey: &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), maxRSABits, 1), E: 65537}}}
	if err := w.push.signedBy(huge); !errors.Is(err, errKeyTooLarge) {
		t.Errorf("%v", err)
	}
	if err := w.push.signedBy(w.aai.Certificate); err != nil {
		t.Error(err)
	}
}

func TestAlgorithmsOfSignaturesAreNamed(t *testing.T) {
	oid := func(id ...int) []byte {
		der, err := asn1.Marshal(struct {
			Content   struct{ N int }
			Algorithm pkix.AlgorithmIdentifier
			Signature asn1.BitString
		}{Algorithm: pkix.AlgorithmIdentifier{Algorithm: id}})
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	for want, der := range map[string][]byte{
		"MD2-RSA": oid(1, 2, 840, 113549, 1, 1, 2), "MD5-RSA": oid(1, 2, 840, 113549, 1, 1, 4), "SHA1-RSA": oid(1, 2, 840, 113549, 1, 1, 5),
		"RSASSA-PSS": oid(1, 2, 840, 113549, 1, 1, 10), "1.2.3.4": oid(1, 2, 3, 4),
	} {
		if got := signedWith(der); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestNamesOfAttributes(t *testing.T) {
	for id, want := range map[string]string{
		"0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC", "1.2.840.113549.1.9.1": "emailAddress",
		"2.5.4.3": "CN", "2.5.4.17": "postalCode", "2.5.4.2": "2.5.4.2", "2.5.4.99": "2.5.4.99", "2.5.29.3": "2.5.29.3",
	} {
		var oid asn1.ObjectIdentifier
		for part := range strings.SplitSeq(id, ".") {
			n, ok := new(big.Int).SetString(part, 10)
			if !ok {
				t.Fatal(part)
			}
			oid = append(oid, int(n.Int64()))
		}
		if got := shortName(oid); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	if got := text([]int{1, 2}); got != "[1 2]" {
		t.Errorf("a value that is no text is %q", got)
	}
}

// A signature that is wrong is opened to tell what was signed, by each hash that there may be.
func TestOpenedSignatures(t *testing.T) {
	message := []byte("message")
	for name, hash := range map[string]crypto.Hash{
		"MD5": crypto.MD5, "SHA-1": crypto.SHA1, "SHA-224": crypto.SHA224, "SHA-256": crypto.SHA256, "SHA-384": crypto.SHA384, "SHA-512": crypto.SHA512,
	} {
		o := open(testKeys()["vendor"].Public(), sign(t, "vendor", hash, message))
		if o == nil || o.hash != hash || !o.over(message) || o.over([]byte("another")) {
			t.Errorf("%s: %v", name, o)
		}
	}
	if (&opened{hash: crypto.BLAKE2b_256}).over(message) {
		t.Error("a hash that is not built in agrees")
	}
	curve := curveKey(t, elliptic.P256())
	for name, o := range map[string]*opened{
		"an elliptic curve":     open(curve.Public(), message),
		"no padding":            open(testKeys()["vendor"].Public(), make([]byte, 256)),
		"no digest":             open(testKeys()["vendor"].Public(), signedInfo(t, []byte{5, 0})),
		"a digest that is none": open(testKeys()["vendor"].Public(), signedInfo(t, []byte("\x30\x10\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x02\x01\x01"))),
		"an unknown hash":       open(testKeys()["vendor"].Public(), signedInfo(t, []byte("\x30\x0b\x30\x05\x06\x03\x2a\x03\x04\x04\x02\x01\x02"))),
	} {
		if o != nil {
			t.Errorf("%s: %v", name, o)
		}
	}
}

// signedInfo is a signature by the vendor's key that holds a text in place of a digest (RFC 8017, section 8.2.1).
func signedInfo(t *testing.T, info []byte) []byte {
	t.Helper()
	signature, err := rsa.SignPKCS1v15(rand.Reader, testKeys()["vendor"], 0, info)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

// Each role stands once in the list that the contract has.
func TestRolesStandOnce(t *testing.T) {
	seen := map[Role]bool{}
	for _, role := range Roles() {
		if seen[role] || role == "" {
			t.Errorf("%q stands twice", role)
		}
		seen[role] = true
	}
	w := newWorld(t)
	for _, role := range []Role{w.push.Role(), w.vendor.Role(), w.root.Role(), (&Certificate{X509: &x509.Certificate{}}).Role()} {
		if !seen[role] {
			t.Errorf("%s is not listed", role)
		}
	}
}
