package pushcert

import (
	"crypto/x509"
	"encoding/asn1"
	"testing"

	"software.sslmate.com/src/go-pkcs12"
)

// pkcs12Files has what go-pkcs12 can write; openssl makes the rest.
func pkcs12Files(t testing.TB, w *world) corpusFiles {
	t.Helper()
	key := testKeys()["customer"]
	files := corpusFiles{}
	for name, encoder := range map[string]*pkcs12.Encoder{
		"go-rc2": pkcs12.LegacyRC2, "go-des": pkcs12.LegacyDES, "go-modern": pkcs12.Modern2023, "go-pbmac1": pkcs12.Modern2026,
	} {
		files["pkcs12/"+name+".p12"] = encodePFX(t, encoder, key, corpusPassword, w.push, w.aai)
	}
	files["pkcs12/go-empty-password.p12"] = encodePFX(t, pkcs12.Modern2023, key, "", w.push)
	files["pkcs12/go-passwordless.p12"] = encodePFX(t, pkcs12.Passwordless, key, "", w.push, w.aai, w.root)
	files["pkcs12/root-first.p12"] = encodePFX(t, pkcs12.Passwordless, key, "", w.root, w.aai, w.push)
	files["pkcs12/foreign-key.p12"] = encodePFX(t, pkcs12.Passwordless, testKeys()["vendor"], "", w.push)
	files["pkcs12/too-costly.p12"] = costlyPFX(t, files["pkcs12/go-des.p12"])
	files["pkcs12/truncated.p12"] = files["pkcs12/go-modern.p12"][:900]
	files["pkcs12/other-password.p12"] = encodePFX(t, pkcs12.Modern2023, key, "another password", w.push)
	return files
}

// costlyPFX makes a file ask for two thousand million iterations of its MAC.
func costlyPFX(t testing.TB, der []byte) []byte {
	t.Helper()
	var p struct {
		Version  int
		AuthSafe asn1.RawValue
		MAC      macData
	}
	if _, err := asn1.Unmarshal(der, &p); err != nil {
		t.Fatal(err)
	}
	p.MAC.Iterations = 2_000_000_000
	costly, err := asn1.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return costly
}

func encodePFX(t testing.TB, encoder *pkcs12.Encoder, key any, password string, leaf *identity, issuers ...*identity) []byte {
	t.Helper()
	var chain []*x509.Certificate
	for _, i := range issuers {
		chain = append(chain, i.X509)
	}
	data, err := encoder.Encode(key, leaf.X509, chain, password)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
