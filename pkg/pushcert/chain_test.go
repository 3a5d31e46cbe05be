package pushcert

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"slices"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/simulator"
)

func TestChain(t *testing.T) {
	w := newWorld(t)
	simRoot := issue(t, nil, authoritySpec("SIMULATOR Root CA", "", "root"))
	simCA := issue(t, simRoot, authoritySpec("SIMULATOR Application Integration", "", "intermediate"))
	simulated := issue(t, simCA, pushSpec())
	otherRoot := issue(t, nil, authoritySpec("Test Root", "", "vendor"))
	otherCA := issue(t, otherRoot, authoritySpec(w.aai.CN(), "", "customer"))
	otherKey := issue(t, otherCA, pushSpec())
	forged := slices.Clone(w.push.X509.Raw)
	forged[len(forged)-1] ^= 1
	claimed := authoritySpec("Apple Application Integration 9 Certification Authority", "G9", "intermediate")
	claimed.org = "Apple Inc."
	appleLike := issue(t, issue(t, w.root, claimed), pushSpec())
	foreign := authoritySpec("Example CA", "", "intermediate")
	foreign.org = "Example"
	ofForeign := issue(t, issue(t, nil, foreign), pushSpec())
	noDepth := authoritySpec("Test CA without depth", "", "intermediate")
	noDepth.maxPath = -1
	shallow := issue(t, w.root, noDepth)
	deep := issue(t, shallow, authoritySpec("Test CA too deep", "", "vendor"))
	tooDeep := issue(t, deep, pushSpec())
	whole := trustIn(t, w.root, w.wwdr, w.aai)
	rootOnly := trustIn(t, w.root)

	for name, row := range map[string]struct {
		trust    *Trust
		leaf     *identity
		extra    []*Certificate
		want     []string
		anchor   string
		verified bool
	}{
		"issued under the anchor":        {whole, w.push, nil, nil, "Test Root", true},
		"an authority itself":            {whole, w.aai, nil, nil, "Test Root", true},
		"the anchor itself":              {whole, w.root, nil, nil, "Test Root", true},
		"intermediate from the file":     {rootOnly, w.push, certificates(w.aai), nil, "Test Root", true},
		"intermediate missing":           {rootOnly, w.push, nil, []string{"chain-incomplete"}, "", false},
		"file brings its own root":       {whole, simulated, certificates(simCA, simRoot), []string{"issuer-not-apple", "simulated"}, "", false},
		"simulator under its own root":   {trustIn(t, simRoot, simCA), simulated, nil, []string{"simulated"}, "SIMULATOR Root CA", true},
		"simulator under Apple's":        {Apple(), simulated, nil, []string{"issuer-not-apple.simulated", "simulated"}, "", false},
		"same names, other keys":         {whole, otherKey, nil, []string{"issuer-not-apple.other-key"}, "", false},
		"signature by another key":       {whole, &identity{Certificate: parse(t, forged)}, nil, []string{"issuer-not-apple.signature"}, "", false},
		"self-signed":                    {whole, issue(t, nil, pushSpec()), nil, []string{"issuer-not-apple.self-signed"}, "", false},
		"strangers' issuer, rehearsal":   {whole, ofForeign, nil, []string{"issuer-not-apple.untrusted"}, "", false},
		"strangers' issuer":              {Apple(), ofForeign, nil, []string{"issuer-not-apple"}, "", false},
		"Apple's name, unknown to us":    {Apple(), appleLike, nil, []string{"issuer-unknown-apple"}, "", false},
		"deeper than an issuer allows":   {whole, tooDeep, certificates(deep, shallow), []string{"issuer-not-apple.signature.path"}, "", false},
		"Apple's authority in rehearsal": {whole, &identity{Certificate: appleAuthority(t, appleAAI2)}, nil, []string{"issuer-not-apple.rehearsal"}, "", false},
		"Apple's authority":              {Apple(), &identity{Certificate: appleAuthority(t, appleAAI2)}, nil, nil, "Apple Root CA", true},
	} {
		chain, findings := row.trust.Chain(row.leaf.Certificate, time.Time{}, row.extra...)
		if got := keysOf(findings); !slices.Equal(got, row.want) && len(got)+len(row.want) > 0 {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
		if chain.Verified != row.verified || chain.Anchor != row.anchor {
			t.Errorf("%s: verified %v by %q, want %v by %q", name, chain.Verified, chain.Anchor, row.verified, row.anchor)
		}
		if chain.Simulated != problem.Has(findings, problem.Simulated) {
			t.Errorf("%s: simulated is %v", name, chain.Simulated)
		}
	}
}

// Key identifiers of authorities that Apple publishes.
const (
	appleAAI2 = "f7be7c216091db3d1b7bd83a328169df9e6c7f9b"
	appleRoot = "2bd06947947609fef46b8d2e40a6f7474d7f085e"
)

func appleAuthority(t *testing.T, keyID string) *Certificate {
	t.Helper()
	for _, generation := range Apple().authorities {
		for _, a := range generation {
			if hex.EncodeToString(a.X509.SubjectKeyId) == keyID {
				return a.Certificate
			}
		}
	}
	t.Fatalf("no embedded authority has the key %s", keyID)
	return nil
}

// But for two, which the standard library cannot follow.
func TestEveryEmbeddedAuthorityReachesAnAnchor(t *testing.T) {
	exceptions := map[string]string{
		"Apple IST CA 8 - G1": "issuer-not-apple", // below GeoTrust; issues no push certificates
		"G7":                  "issuer-unknown-apple.algorithm",
	}
	count := 0
	for _, generation := range Apple().authorities {
		for _, a := range generation {
			count++
			want, excepted := exceptions[a.CN()]
			if unit := first(a.X509.Subject.OrganizationalUnit); !excepted {
				want, excepted = exceptions[unit]
			}
			chain, found := Apple().Chain(a.Certificate, time.Time{})
			if chain.Verified == excepted || excepted && !slices.Equal(keysOf(found), []string{want}) {
				t.Errorf("%s: %v", a.Subject(), found)
			}
		}
	}
	if count < 15 {
		t.Errorf("only %d authorities are embedded", count)
	}
}

// Apple's root signs itself with SHA-1: it counts by its bytes, never by its signature.
func TestApplesRootIsAnAnchorThoughItsSignatureFails(t *testing.T) {
	root := appleAuthority(t, appleRoot)
	if !isSHA1(root.signedBy(root)) {
		t.Error("the standard library accepts it now: the remark in link.go is out of date")
	}
	if chain, found := Apple().Chain(root, testNow); !chain.Verified {
		t.Errorf("got %v", found)
	}
}

func TestChainChecksTheAuthoritiesDates(t *testing.T) {
	w := newWorld(t)
	ca := authoritySpec("Test CA that ends", "", "intermediate")
	ca.to = testNow
	ending := issue(t, w.root, ca)
	leaf := issue(t, ending, pushSpec())
	trust := trustIn(t, w.root, ending)
	for name, row := range map[string]struct {
		at   time.Time
		want []string
	}{
		"at the leaf's own dates":        {time.Time{}, nil},
		"in the authority's last second": {testNow, nil},
		"one second later":               {testNow.Add(time.Second), []string{"chain-expired"}},
		"before the authority":           {testIssued.AddDate(-20, 0, 0), []string{"chain-expired", "chain-expired"}},
	} {
		chain, findings := trust.Chain(leaf.Certificate, row.at)
		if got := keysOf(findings); !slices.Equal(got, row.want) && len(got)+len(row.want) > 0 {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
		if chain.Verified != (row.want == nil) {
			t.Errorf("%s: verified is %v", name, chain.Verified)
		}
	}
}

// While a certificate is valid its issuers have to be, now. Before and after, it is its own dates that
// are wrong, and the issuers are checked at those: one fault is not told as two.
func TestIssuersOfAnEndedCertificateAreCheckedAtItsDates(t *testing.T) {
	w := newWorld(t)
	ca := authoritySpec("Test CA that ends", "", "intermediate")
	ca.from, ca.to = testIssued, testNow
	ending := issue(t, w.root, ca)
	trust := trustIn(t, w.root, ending)
	during := func(from, to time.Time) *Certificate {
		s := pushSpec()
		s.from, s.to = from, to
		return issue(t, ending, s).Certificate
	}
	later := testNow.Add(time.Hour)
	for name, row := range map[string]struct {
		leaf *Certificate
		now  time.Time
		want []string
	}{
		"valid, and the issuer too":     {during(testIssued, later), testNow, nil},
		"valid, and the issuer not":     {during(testIssued, later.AddDate(1, 0, 0)), later, []string{"chain-expired"}},
		"both ended":                    {during(testIssued, testNow), later, nil},
		"both not begun":                {during(testIssued, later), testIssued.Add(-time.Hour), nil},
		"began when the issuer was not": {during(later, later.AddDate(1, 0, 0)), later.AddDate(2, 0, 0), []string{"chain-expired"}},
	} {
		if got := keysOf(trust.checkIssuer(row.leaf, row.now)); !slices.Equal(got, row.want) && len(got)+len(row.want) > 0 {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
	}
}

func TestChainPrefersTheGenerationThatIsValid(t *testing.T) {
	w := newWorld(t)
	ended := authoritySpec(w.aai.CN(), "", "intermediate")
	ended.to = testNow.Add(-time.Hour)
	both := trustIn(t, w.root, issue(t, w.root, ended), w.aai)
	if chain, found := both.Chain(w.push.Certificate, testNow); !chain.Verified || !chain.Certificates[1].X509.NotAfter.Equal(caEnd) {
		t.Errorf("got %v", found)
	}
}

func TestChainEndsAmongAuthoritiesThatCertifyEachOther(t *testing.T) {
	a, b := authoritySpec("Loop A", "", "vendor"), authoritySpec("Loop B", "", "intermediate")
	seed := issue(t, nil, b)
	first := issue(t, seed, a)
	second := issue(t, first, b)
	leaf := issue(t, first, pushSpec())
	if chain, found := newWorld(t).trust.Chain(leaf.Certificate, testNow, first.Certificate, second.Certificate); chain.Verified || len(found) == 0 {
		t.Errorf("got %+v", chain)
	}
}

func TestChainAgreesWithTheStandardLibrary(t *testing.T) {
	w := newWorld(t)
	options := x509.VerifyOptions{
		Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: testNow,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	options.Roots.AddCert(w.root.X509)
	options.Intermediates.AddCert(w.wwdr.X509)
	options.Intermediates.AddCert(w.aai.X509)
	forged := slices.Clone(w.push.X509.Raw)
	forged[len(forged)-1] ^= 1
	for name, c := range map[string]*Certificate{
		"push": w.push.Certificate, "vendor": w.vendor.Certificate, "self-signed": issue(t, nil, pushSpec()).Certificate, "forged": parse(t, forged),
	} {
		_, err := c.X509.Verify(options)
		if chain, _ := w.trust.Chain(c, testNow); chain.Verified != (err == nil) {
			t.Errorf("%s: we say %v, the library says %v", name, chain.Verified, err)
		}
	}
}

func TestTrust(t *testing.T) {
	w := newWorld(t)
	for name, row := range map[string]struct {
		bundle []byte
		want   string
	}{
		"empty":            {nil, "usage.trust-root-anchor.none"},
		"no certificate":   {testCSR(t, "customer").PEM(), "usage.trust-root-anchor.none"},
		"no anchor":        {bundle(w.wwdr), "usage.trust-root-anchor"},
		"Apple's own root": {slices.Concat(bundle(w.root), appleAuthority(t, appleRoot).PEM()), "usage.trust-root-apple"},
	} {
		if trust, err := NewTrust(row.bundle); err == nil || trust != nil || problem.Of(err).Key() != row.want {
			t.Errorf("%s: got %v, want %s", name, err, row.want)
		}
	}
	if !w.trust.Rehearsal() || Apple().Rehearsal() {
		t.Error("a rehearsal is what is not Apple's")
	}
}

func TestWithAddsIntermediatesAndNoAnchors(t *testing.T) {
	w := newWorld(t)
	rootOnly := trustIn(t, w.root)
	larger, err := rootOnly.With(bundle(w.aai))
	if err != nil {
		t.Fatal(err)
	}
	if chain, found := larger.Chain(w.push.Certificate, testNow); !chain.Verified || !larger.Rehearsal() {
		t.Errorf("got %v", found)
	}
	if chain, _ := rootOnly.Chain(w.push.Certificate, testNow); chain.Verified {
		t.Error("the smaller trust has grown")
	}
	apple, err := Apple().With(bundle(w.root, w.aai))
	if err != nil {
		t.Fatal(err)
	}
	if chain, _ := apple.Chain(w.push.Certificate, testNow); chain.Verified || apple.Rehearsal() {
		t.Error("a root from --chain became an anchor")
	}
	if _, err := rootOnly.With([]byte("nothing")); err == nil {
		t.Error("no certificate, and no error")
	}
}

// Of what was given, that is worth keeping which a certificate needs.
func TestGiven(t *testing.T) {
	w := newWorld(t)
	rootOnly := trustIn(t, w.root)
	for name, row := range map[string]struct {
		trust *Trust
		given []byte
		want  int
	}{
		"what is missing":             {rootOnly, bundle(w.aai), 1},
		"beside what is not needed":   {rootOnly, bundle(w.wwdr, w.aai), 1},
		"what is known already":       {trustIn(t, w.root, w.aai), bundle(w.aai), 0},
		"what does not lead there":    {rootOnly, bundle(w.wwdr), 0},
		"a root is never an anchor":   {trustIn(t, issue(t, nil, authoritySpec("Other Root", "", "customer"))), bundle(w.root, w.aai), 0},
		"Apple does not vouch for it": {Apple(), bundle(w.root, w.aai), 0},
	} {
		larger, err := row.trust.With(row.given)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := larger.With(bundle(w.wwdr)) // which of them was given is not forgotten
		if err != nil {
			t.Fatal(err)
		}
		for _, trust := range []*Trust{larger, twice} {
			if got := trust.Given(w.push.Certificate); len(got) != row.want {
				t.Errorf("%s: %d are to be kept, want %d", name, len(got), row.want)
			}
		}
	}
}

// A bundle of authorities is told by its content: however it was saved, it is the same.
func TestAuthoritiesInAnyForm(t *testing.T) {
	w := newWorld(t)
	wide := []byte{0xFF, 0xFE}
	for _, c := range w.aai.PEM() {
		wide = append(wide, c, 0)
	}
	p7b, err := pkcs7.DegenerateCertificate(w.aai.X509.Raw)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		data []byte
		want string // the problem
	}{
		"PEM":                {data: w.aai.PEM()},
		"DER":                {data: w.aai.X509.Raw},
		"PEM in UTF-16":      {data: wide},
		".p7b":               {data: p7b},
		".p7b in PEM":        {data: pem.EncodeToMemory(&pem.Block{Type: "PKCS7", Bytes: p7b})},
		"base64":             {data: []byte(base64.StdEncoding.EncodeToString(w.aai.X509.Raw))},
		"a CSR":              {data: testCSR(t, "customer").PEM(), want: "wrong-role"},
		"a web page":         {data: []byte("<html>"), want: "wrong-role"},
		"text":               {data: []byte("nothing"), want: "file-unrecognised.plain-text"},
		"half a certificate": {data: w.aai.X509.Raw[:99], want: "file-damaged.truncated"},
	} {
		all, err := Authorities(row.data)
		switch {
		case row.want != "":
			if problem.Of(err).Key() != row.want {
				t.Errorf("%s: %v, want %s", name, err, row.want)
			}
		case err != nil || len(all) != 1 || all[0].SHA256() != w.aai.SHA256():
			t.Errorf("%s: %d (%v)", name, len(all), err)
		}
	}
}

// A simulator's authorities carry Apple's organisation, which makes others a
// warning ("newer than this program"). Theirs must never get through.
func TestASimulatedCertificateIsRefusedOutsideARehearsal(t *testing.T) {
	t.Parallel()
	sim, err := simulator.Start(t.Context(), simulator.Options{NewKey: testkey.InTurn(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	bundle, err := NewTrust(sim.RootPEM())
	if err != nil {
		t.Fatal(err)
	}
	authorities := simulatedAuthorities(t, sim.RootPEM())
	for _, c := range authorities[1:] {
		_, found := Apple().Chain(c, time.Time{})
		if worst, _ := problem.Verdict(found, problem.Grading{}); worst != problem.Critical || !problem.Has(found, problem.IssuerNotApple) {
			t.Errorf("under Apple's trust, %s: %v", c.CN(), found)
		}
		chain, found := bundle.Chain(c, time.Time{})
		if !chain.Verified || !chain.Simulated || !problem.Has(found, problem.Simulated) {
			t.Errorf("under its own root, %s: %+v %v", c.CN(), chain, found)
		}
	}
}

func simulatedAuthorities(t *testing.T, bundle []byte) []*Certificate {
	t.Helper()
	var all []*Certificate
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		c, err := ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	if len(all) != 3 {
		t.Fatalf("%d authorities, want root and two intermediates", len(all))
	}
	return all
}
