package portal

import (
	"bytes"
	"crypto"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

func appleTestName() pkix.Name {
	return pkix.Name{CommonName: "MDM Vendor: Example K.K.", Country: []string{"jp"}}
}

// children takes a constructed DER value apart.
func children(t *testing.T, der []byte) []asn1.RawValue {
	t.Helper()
	var outer asn1.RawValue
	rest, err := asn1.Unmarshal(der, &outer)
	testkit.Must(t, err)
	if len(rest) > 0 {
		t.Fatalf("%d bytes too many", len(rest))
	}
	var parts []asn1.RawValue
	for rest = outer.Bytes; len(rest) > 0; {
		var part asn1.RawValue
		rest, err = asn1.Unmarshal(rest, &part)
		testkit.Must(t, err)
		parts = append(parts, part)
	}
	return parts
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	der, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	testkit.Must(t, err)
	return der
}

// tlv is a DER value of fewer than 65,536 bytes.
func tlv(tag byte, parts ...[]byte) []byte {
	content := slices.Concat(parts...)
	switch n := len(content); {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, content...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, content...)
	default:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, content...)
	}
}

func TestIssuedCertificateHasApplesBytes(t *testing.T) {
	r := open(t)
	r.Clock.Set(time.Date(2026, 9, 19, 14, 35, 47, 0, time.UTC))
	c := r.Call(t, "POST", "/certificates", r.GoodRequest(t)).Want(t, 201).Certificate(t)
	uuid := strings.TrimPrefix(c.Subject.CommonName, "APSP:")

	// A genuine one has 1,402 bytes; the issuer's name is longer by "SIMULATOR ".
	if got, want := len(c.Raw), 1402+len("SIMULATOR "); got != want {
		t.Errorf("%d bytes instead of %d", got, want)
	}
	outer := children(t, c.Raw)
	fields := children(t, outer[0].FullBytes)
	if len(fields) != 8 {
		t.Fatalf("%d fields", len(fields))
	}
	sha256RSA := unhex(t, "300d 06092a864886f70d01010b 0500")
	const utf8, printable = 0x0c, 0x13
	attribute := func(oid string, tag byte, value string) []byte {
		return tlv(0x31, tlv(0x30, unhex(t, oid), tlv(tag, []byte(value))))
	}
	issuerCN := "SIMULATOR Apple Application Integration 2 Certification Authority"
	issuer := slices.Concat(
		attribute("0603550403", utf8, issuerCN), attribute("060355040b", utf8, "Apple Certification Authority"),
		attribute("060355040a", utf8, "Apple Inc."), attribute("0603550406", printable, "US"))
	subject := slices.Concat(
		attribute("060a0992268993f22c640101", utf8, "com.apple.mgmt.External."+uuid),
		attribute("0603550403", utf8, "APSP:"+uuid), attribute("0603550406", printable, "JP"))
	for _, row := range []struct {
		name      string
		got, want []byte
	}{
		{"version", fields[0].FullBytes, unhex(t, "a003020102")},
		{"signature algorithm inside", fields[2].FullBytes, sha256RSA},
		{"signature algorithm outside", outer[1].FullBytes, sha256RSA},
		{"issuer", fields[3].Bytes, issuer},
		{"validity", fields[4].Bytes, slices.Concat(tlv(0x17, []byte("260919143547Z")), tlv(0x17, []byte("270919143546Z")))},
		{"subject", fields[5].Bytes, subject},
		{"key algorithm", children(t, fields[6].FullBytes)[0].FullBytes, unhex(t, "300d 06092a864886f70d010101 0500")},
		{"key", children(t, fields[6].FullBytes)[1].Bytes[1:], x509.MarshalPKCS1PublicKey(&testkit.KeyOf(t, "customer").PublicKey)},
	} {
		if !bytes.Equal(row.got, row.want) {
			t.Errorf("%s:\n got %x\nwant %x", row.name, row.got, row.want)
		}
	}
	if serial := fields[1]; serial.Tag != asn1.TagInteger || len(serial.Bytes) != 8 || serial.Bytes[0] == 0 || serial.Bytes[0] > 0x7f {
		t.Errorf("serial number %x", serial.FullBytes)
	}
	checkExtensions(t, r, fields[7], c)
}

// checkExtensions compares all eight with apns-reference.md 2.1.
func checkExtensions(t *testing.T, r rig, wrapped asn1.RawValue, c *x509.Certificate) {
	t.Helper()
	notice := []byte("Reliance on this certificate by any party assumes acceptance of the then applicable standard terms " +
		"and conditions of use, certificate policy and certification practice statements.")
	keyID := sha1.Sum(x509.MarshalPKCS1PublicKey(&testkit.KeyOf(t, "customer").PublicKey))
	crl, cps := []byte("http://crl.apple.com/aai2ca.crl"), []byte("http://www.apple.com/certificateauthority")
	policy := tlv(0x30, tlv(0x30, unhex(t, "06092a864886f763640501"), tlv(0x30,
		tlv(0x30, unhex(t, "06082b06010505070202"), tlv(0x30, tlv(0x0c, notice))),
		tlv(0x30, unhex(t, "06082b06010505070201"), tlv(0x16, cps)))))
	want := []struct {
		name, oid string
		value     []byte
	}{
		{"basicConstraints", "0603551d13", unhex(t, "3000")},
		{"authority key id", "0603551d23", tlv(0x30, tlv(0x80, r.CA.Integration.Cert.SubjectKeyId))},
		{"policies", "0603551d20", policy},
		{"extended key usage", "0603551d25", unhex(t, "300a 06082b06010505070302")},
		{"revocation list", "0603551d1f", tlv(0x30, tlv(0x30, tlv(0xa0, tlv(0xa0, tlv(0x86, crl)))))},
		{"subject key id", "0603551d0e", tlv(0x04, keyID[:])},
		{"key usage", "0603551d0f", unhex(t, "03020780")},
		{"production push", "060a2a864886f76364060302", unhex(t, "0500")},
	}
	if wrapped.Class != asn1.ClassContextSpecific || wrapped.Tag != 3 {
		t.Fatalf("extensions have the tag %x", wrapped.FullBytes[0])
	}
	got := children(t, wrapped.Bytes)
	if len(got) != len(want) || len(c.Extensions) != len(want) {
		t.Fatalf("%d extensions", len(got))
	}
	for i, w := range want {
		members := children(t, got[i].FullBytes)
		if len(members) != 2 { // a third would be the critical flag
			t.Errorf("%s has %d members", w.name, len(members))
			continue
		}
		if !bytes.Equal(members[0].FullBytes, unhex(t, w.oid)) || !bytes.Equal(members[1].Bytes, w.value) {
			t.Errorf("%s:\n got %x %x\nwant %s %x", w.name, members[0].FullBytes, members[1].Bytes, w.oid, w.value)
		}
	}
}

func TestHierarchyIsShapedLikeApples(t *testing.T) {
	r := open(t)
	var chain []*x509.Certificate
	for rest := r.CA.RootsPEM(); len(rest) > 0; {
		block, after := pem.Decode(rest)
		c, err := x509.ParseCertificate(block.Bytes)
		testkit.Must(t, err)
		chain, rest = append(chain, c), after
	}
	if len(chain) != 3 {
		t.Fatalf("%d certificates in the bundle", len(chain))
	}
	for i, want := range []struct{ cn, unit, marker string }{
		{"SIMULATOR Apple Root CA", "Apple Certification Authority", ""},
		{"SIMULATOR Apple Worldwide Developer Relations Certification Authority", "G3", "1.2.840.113635.100.6.2.1"},
		{"SIMULATOR Apple Application Integration 2 Certification Authority", "Apple Certification Authority", "1.2.840.113635.100.6.2.3"},
	} {
		c := chain[i]
		if c.Subject.CommonName != want.cn || c.Subject.OrganizationalUnit[0] != want.unit || !c.IsCA || c.KeyUsage&x509.KeyUsageCertSign == 0 {
			t.Errorf("certificate %d is %s", i, c.Subject)
		}
		if !bytes.Equal(c.AuthorityKeyId, chain[0].SubjectKeyId) || len(c.SubjectKeyId) != 20 {
			t.Errorf("%s: key ids %x, %x", want.cn, c.AuthorityKeyId, c.SubjectKeyId)
		}
		if want.marker != "" && !slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool {
			return e.Id.String() == want.marker && bytes.Equal(e.Value, []byte{5, 0})
		}) {
			t.Errorf("%s has no marker", want.cn)
		}
	}
	if chain[0].SignatureAlgorithm != x509.SHA1WithRSA {
		t.Errorf("the root is signed with %s, Apple's with SHA-1", chain[0].SignatureAlgorithm)
	}
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(chain[0])
	intermediates.AddCert(chain[1])
	intermediates.AddCert(chain[2])
	push := r.Call(t, "POST", "/certificates", r.GoodRequest(t)).Want(t, 201).Certificate(t)
	for _, leaf := range []*x509.Certificate{push, r.VendorCertificate(t, "")} {
		if _, err := leaf.Verify(x509.VerifyOptions{
			Roots: roots, Intermediates: intermediates, CurrentTime: testkit.Today(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
		}); err != nil {
			t.Errorf("%s: %v", leaf.Subject.CommonName, err)
		}
	}
}

func TestVendorCertificateHasRoleAndSubject(t *testing.T) {
	r := open(t)
	csr := testkit.NewCSR(t, testkit.KeyOf(t, "vendor"), appleTestName())
	c, err := x509.ParseCertificate(r.Call(t, "POST", "/vendor-certificates?account=vendor", csr).Want(t, 201).Body)
	testkit.Must(t, err)
	team := ca.SubjectAttribute(c, ca.OIDUserID)
	if len(team) != 10 || c.Subject.OrganizationalUnit[0] != team || c.Subject.CommonName != "MDM Vendor: Example K.K." ||
		c.Subject.Organization[0] != "Example K.K." || c.Subject.Country[0] != "JP" {
		t.Errorf("subject %s", c.Subject)
	}
	var order []string
	for _, name := range c.Subject.Names {
		order = append(order, name.Type.String())
	}
	if !slices.Equal(order, []string{"0.9.2342.19200300.100.1.1", "2.5.4.3", "2.5.4.11", "2.5.4.10", "2.5.4.6"}) {
		t.Errorf("order of the subject: %v", order)
	}
	const role = "1.2.840.113635.100.4.12"
	inUsage := slices.ContainsFunc(c.UnknownExtKeyUsage, func(id asn1.ObjectIdentifier) bool { return id.String() == role })
	inExtensions := slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.String() == role })
	if !inUsage || !inExtensions {
		t.Errorf("role in usage %v, in extensions %v", inUsage, inExtensions)
	}
	if c.KeyUsage != x509.KeyUsageDigitalSignature || c.IsCA || c.NotAfter.Sub(c.NotBefore) != 365*24*time.Hour {
		t.Errorf("usage %v, authority %v, life %s", c.KeyUsage, c.IsCA, c.NotAfter.Sub(c.NotBefore))
	}
	again, err := x509.ParseCertificate(r.Call(t, "POST", "/vendor-certificates?account=vendor", csr).Want(t, 201).Body)
	testkit.Must(t, err)
	if ca.SubjectAttribute(again, ca.OIDUserID) != team || ca.SubjectAttribute(r.VendorCertificate(t, ""), ca.OIDUserID) == team {
		t.Error("a Team ID belongs to one account, for ever")
	}
}

func TestCountryComesFromTheCSR(t *testing.T) {
	r := open(t)
	for name, row := range map[string]struct {
		country []string
		want    string
	}{
		"lower case": {[]string{"de"}, "DE"},
		"missing":    {nil, "US"},
		"a name":     {[]string{"Japan"}, "US"},
		"not ASCII":  {[]string{"é"}, "US"},
	} {
		t.Run(name, func(t *testing.T) {
			p := r.GoodParts(t)
			p.CSR = testkit.NewCSR(t, testkit.KeyOf(t, "customer"), pkix.Name{CommonName: "x", Country: row.country})
			p.Signature = testkit.SignWith(t, testkit.KeyOf(t, "vendor"), crypto.SHA256, testkit.SHA256(p.CSR))
			c := r.Call(t, "POST", "/certificates", p.File()).Want(t, 201).Certificate(t)
			if got := c.Subject.Country[0]; got != row.want {
				t.Errorf("country %s", got)
			}
		})
	}
}
