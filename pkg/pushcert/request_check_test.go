package pushcert

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha512"
	"slices"
	"strings"
	"testing"
	"time"
)

// sign signs a message as a vendor might, rightly or not.
func sign(t testing.TB, key string, hash crypto.Hash, message []byte) []byte {
	t.Helper()
	h := hash.New()
	h.Write(message)
	signature, err := rsa.SignPKCS1v15(rand.Reader, testKeys()[key], hash, h.Sum(nil))
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

func certificates(identities ...*identity) []*Certificate {
	var list []*Certificate
	for _, i := range identities {
		list = append(list, i.Certificate)
	}
	return list
}

func TestCheckRequestNamesTheSignaturesFault(t *testing.T) {
	w := newWorld(t)
	csr := testCSR(t, "customer")
	der, pem := csr.X509.Raw, csr.PEM()
	broken := sign(t, "vendor", crypto.SHA256, der)
	broken[10] ^= 1
	pss, err := rsa.SignPSS(rand.Reader, testKeys()["vendor"], crypto.SHA256, make([]byte, 32), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		signature []byte
		want      []string
	}{
		"good":                      {sign(t, "vendor", crypto.SHA256, der), nil},
		"SHA-1":                     {sign(t, "vendor", crypto.SHA1, der), []string{"request-sha1"}},
		"SHA-512":                   {sign(t, "vendor", crypto.SHA512, der), []string{"request-signature.hash"}},
		"over PEM":                  {sign(t, "vendor", crypto.SHA256, pem), []string{"request-signature.pem"}},
		"over PEM without newline":  {sign(t, "vendor", crypto.SHA256, pem[:len(pem)-1]), []string{"request-signature.pem"}},
		"over PEM with CRLF":        {sign(t, "vendor", crypto.SHA256, []byte(strings.ReplaceAll(string(pem), "\n", "\r\n"))), []string{"request-signature.pem"}},
		"over PEM as of Windows":    {sign(t, "vendor", crypto.SHA256, []byte(strings.ReplaceAll(string(pem), " CERT", " NEW CERT"))), []string{"request-signature.pem"}},
		"SHA-1 over PEM":            {sign(t, "vendor", crypto.SHA1, pem), []string{"request-sha1", "request-signature.pem"}},
		"over another CSR":          {sign(t, "vendor", crypto.SHA256, testCSR(t, "root").X509.Raw), []string{"request-signature.other-content"}},
		"by the customer's key":     {sign(t, "customer", crypto.SHA256, der), []string{"request-signature.other-key"}},
		"by the intermediate's key": {sign(t, "intermediate", crypto.SHA256, der), []string{"request-signature.other-key"}},
		"customer's key, SHA-1":     {sign(t, "customer", crypto.SHA1, der), []string{"request-signature.other-key", "request-sha1"}},
		"one bit broken":            {broken, []string{"request-signature"}},
		"cut short":                 {broken[:200], []string{"request-signature.length"}},
		"PSS padding":               {pss, []string{"request-signature"}},
		"larger than the modulus":   {[]byte(strings.Repeat("\xff", 256)), []string{"request-signature"}},
	} {
		r := &Request{CSR: csr, Chain: certificates(w.vendor, w.wwdr, w.root), Signature: row.signature}
		if got := keysOf(CheckRequest(r, testNow, w.trust)); !slices.Equal(got, row.want) && len(got)+len(row.want) > 0 {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
	}
}

func TestCheckRequestNamesTheChainsFault(t *testing.T) {
	w := newWorld(t)
	old := authoritySpec(w.wwdr.CN(), "Test Worldwide Developer Relations", "root")
	old.to = testNow.Add(-time.Second)
	oldWWDR := issue(t, w.root, old)
	expired := vendorSpec()
	expired.to = testNow.Add(-time.Second)
	lastSecond := vendorSpec()
	lastSecond.to = testNow
	future := vendorSpec()
	future.from = testNow.Add(time.Second)
	foreignRoot := issue(t, nil, authoritySpec("Foreign Root", "", "intermediate"))
	foreign := issue(t, foreignRoot, vendorSpec())
	endedCA := authoritySpec("Ended CA", "", "intermediate")
	endedCA.to = testNow.Add(-time.Second)
	ended := issue(t, w.root, endedCA)
	ofEnded := issue(t, ended, vendorSpec())
	forgedCA := issue(t, w.root, spec{cn: w.wwdr.CN(), ou: "G3", org: "Test CA", country: "US", key: "intermediate", noKeyIDs: true, from: testIssued, to: caEnd})
	ofFake := issue(t, issue(t, foreignRoot, spec{cn: w.wwdr.CN(), ou: "G3", org: "Test CA", country: "US", key: "customer", from: testIssued, to: caEnd}), vendorSpec())
	ofPush := issue(t, w.push, vendorSpec())
	push := pushSpec()
	push.key = "vendor"
	pushForVendor := issue(t, w.aai, push)
	for name, row := range map[string]struct {
		chain []*Certificate
		want  []string
	}{
		"good":                       {certificates(w.vendor, w.wwdr, w.root), nil},
		"wrong order":                {certificates(w.vendor, w.root, w.wwdr), []string{"request-chain.order"}},
		"reversed":                   {certificates(w.root, w.wwdr, w.vendor), []string{"request-chain.order"}},
		"vendor twice":               {certificates(w.vendor, w.vendor, w.wwdr, w.root), []string{"request-chain.twice"}},
		"more after the root":        {certificates(w.vendor, w.wwdr, w.root, w.aai), []string{"request-chain.extra"}},
		"intermediate missing":       {certificates(w.vendor, w.root), []string{"chain-incomplete.request"}},
		"root missing":               {certificates(w.vendor, w.wwdr), []string{"chain-incomplete.request.root"}},
		"vendor alone":               {certificates(w.vendor), []string{"chain-incomplete.request"}},
		"old WWDR":                   {certificates(w.vendor, oldWWDR, w.root), []string{"request-chain.wrong-intermediate", "chain-expired"}},
		"intermediate is no CA":      {certificates(w.vendor, forgedCA, w.root), []string{"request-chain.signature"}},
		"another root":               {certificates(foreign, foreignRoot), []string{"issuer-not-apple.signer"}},
		"a vendor of itself":         {certificates(issue(t, nil, vendorSpec())), []string{"issuer-not-apple.self-signed.signer"}},
		"a forged vendor":            {certificates(ofFake, w.wwdr, w.root), []string{"request-chain.wrong-intermediate", "issuer-not-apple.other-key"}},
		"below one that may not":     {certificates(ofPush, w.push, w.aai, w.root), []string{"request-chain.signature", "issuer-not-apple.signature.signer"}},
		"vendor expired":             {certificates(issue(t, w.wwdr, expired), w.wwdr, w.root), []string{"vendor-expired"}},
		"vendor in its last second":  {certificates(issue(t, w.wwdr, lastSecond), w.wwdr, w.root), nil},
		"vendor not valid yet":       {certificates(issue(t, w.wwdr, future), w.wwdr, w.root), []string{"not-yet-valid.chain"}},
		"intermediate expired":       {certificates(ofEnded, ended, w.root), []string{"chain-expired"}},
		"push certificate as vendor": {certificates(pushForVendor, w.aai, w.root), []string{"wrong-role.vendor"}},
		"vendor certificate missing": {certificates(w.wwdr, w.root), []string{"wrong-role.vendor", "request-signature"}},
		"no chain":                   {nil, nil},
	} {
		csr := testCSR(t, "customer")
		r := &Request{CSR: csr, Chain: row.chain, Signature: sign(t, "vendor", crypto.SHA256, csr.X509.Raw)}
		got := keysOf(CheckRequest(r, testNow, w.trust))
		if !slices.Equal(got, row.want) && len(got)+len(row.want) > 0 {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
	}
}

func TestVendorCertificateOfTheCustomersOwnKey(t *testing.T) {
	w := newWorld(t)
	own := vendorSpec()
	own.key = "customer"
	csr := testCSR(t, "customer")
	r := &Request{CSR: csr, Chain: certificates(issue(t, w.wwdr, own), w.wwdr, w.root), Signature: sign(t, "customer", crypto.SHA256, csr.X509.Raw)}
	if got := keysOf(CheckRequest(r, testNow, w.trust)); !slices.Equal(got, []string{"request-signature.own-key"}) {
		t.Errorf("got %q", got)
	}
}

func TestCheckRequestNeedsNoCSR(t *testing.T) {
	w := newWorld(t)
	if got := CheckRequest(&Request{Chain: certificates(w.vendor, w.wwdr, w.root)}, testNow, w.trust); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}
