package pushcert

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/simulator"
)

// issuerFiles has renewals whose issuer is at fault, and the authorities to check all
// files of the corpus by.
func issuerFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	stranger := authoritySpec("Foreign Root", "", "vendor")
	stranger.org = "Foreign"
	foreign := issue(t, nil, stranger)
	newer := issue(t, w.root, authoritySpec("Test Application Integration 7", "", "vendor"))
	ended := authoritySpec("Test Application Integration", "", "intermediate")
	ended.to = testNow.Add(-time.Second)
	old := issue(t, w.root, ended)
	namesake := issue(t, nil, authoritySpec("Test Application Integration 2", "", "vendor"))
	apple := authoritySpec("Apple Application Integration 9 Certification Authority", "Apple Certification Authority", "vendor")
	apple.org = "Apple Inc."
	tooDeep := authoritySpec("Test Application Integration 8", "", "vendor")
	tooDeep.maxPath = -1
	shallow := issue(t, w.root, tooDeep)
	below := issue(t, shallow, authoritySpec("Test Department", "", "intermediate"))
	return corpusFiles{
		"certificate/authorities.pem":           bundle(w.root, w.wwdr, w.aai, old),
		"certificate/ca-newer.pem":              newer.PEM(),
		"certificate/self-signed.pem":           issue(t, nil, renewedSpec()).PEM(),
		"certificate/foreign-issuer.pem":        issue(t, foreign, renewedSpec()).PEM(),
		"certificate/namesake-issuer.pem":       issue(t, namesake, renewedSpec()).PEM(),
		"certificate/forged.pem":                armour("CERTIFICATE", forged(issue(t, w.aai, renewedSpec()).X509.Raw)),
		"certificate/newer-issuer.pem":          issue(t, newer, renewedSpec()).PEM(),
		"certificate/newer-apple-issuer.pem":    issue(t, issue(t, nil, apple), renewedSpec()).PEM(),
		"certificate/ended-issuer.pem":          issue(t, old, renewedSpec()).PEM(),
		"certificate/issuer-not-allowed.pem":    issue(t, below, renewedSpec()).PEM(),
		"certificate/ca-issuer-not-allowed.pem": bundle(shallow, below),
	}
}

// forged changes one bit of the signature, which comes last.
func forged(der []byte) []byte {
	broken := bytes.Clone(der)
	broken[len(broken)-1] ^= 1
	return broken
}

// simulatedFiles are what the simulator issues for our own open request. It makes its
// authorities anew each time: what is there stays.
func simulatedFiles(t testing.TB, _ *world) corpusFiles {
	t.Helper()
	const root, leaf = "simulator/root.pem", "simulator/mdm-push.pem"
	if _, err := os.Stat(filepath.Join(corpus, leaf)); err == nil {
		return corpusFiles{root: readCorpus(t, root), leaf: readCorpus(t, leaf), requestSimulated: readCorpus(t, requestSimulated)}
	}
	s, err := simulator.Start(t.Context(), simulator.Options{NewKey: testkey.InTurn(), Now: func() time.Time { return testNow }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	vendor := parse(t, call(t, s.PortalURL()+"/vendor-certificates", corpusCSR(t, testKeys()["vendor"])))
	trust, err := NewTrust(s.RootPEM())
	if err != nil {
		t.Fatal(err)
	}
	chain, _ := trust.Chain(vendor, testNow)
	request, err := BuildRequest(corpusCSR(t, testKeys()["renewal"]), vendor, testKeys()["vendor"], chain.Certificates[1:])
	if err != nil {
		t.Fatal(err)
	}
	return corpusFiles{root: s.RootPEM(), leaf: call(t, s.PortalURL()+"/certificates", request), requestSimulated: request}
}

const requestSimulated = "simulator/request.b64"

// call posts to the simulated portal and returns what it made.
func call(t testing.TB, url string, body []byte) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(post)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusCreated {
		t.Fatalf("%s: %s, %v: %s", url, answer.Status, err, strings.TrimSpace(string(data)))
	}
	return data
}
