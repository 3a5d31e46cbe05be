package pushcert

import (
	"testing"
	"time"
)

// requestChainFiles has the requests whose chain is at fault.
func requestChainFiles(t testing.TB, base *world) corpusFiles {
	t.Helper()
	w := newRequestWorld(t, base)
	ofVendor := func(change func(*spec)) *identity {
		s := vendorSpec()
		change(&s)
		return issue(t, w.wwdr, s)
	}
	oldGeneration := authoritySpec(w.wwdr.CN(), "Test Worldwide Developer Relations", "root")
	oldGeneration.to = testNow.Add(-time.Second)
	endedCA := authoritySpec("Test Ended Relations", "", "intermediate")
	endedCA.to = testNow.Add(-time.Second)
	ended := issue(t, w.root, endedCA)
	foreignRoot := issue(t, nil, authoritySpec("Foreign Root", "", "intermediate"))
	push := pushSpec()
	push.key = "vendor"
	files := corpusFiles{}
	for name, chain := range map[string][]*Certificate{
		"reversed":            certificates(w.root, w.wwdr, w.vendor),
		"unordered":           certificates(w.vendor, w.root, w.wwdr),
		"no-root":             certificates(w.vendor, w.wwdr),
		"no-intermediate":     certificates(w.vendor, w.root),
		"vendor-alone":        certificates(w.vendor),
		"goes-on":             certificates(w.vendor, w.wwdr, w.root, w.aai),
		"old-intermediate":    certificates(w.vendor, issue(t, w.root, oldGeneration), w.root),
		"intermediate-ended":  certificates(issue(t, ended, vendorSpec()), ended, w.root),
		"foreign":             certificates(issue(t, foreignRoot, vendorSpec()), foreignRoot),
		"vendor-expired":      certificates(ofVendor(func(s *spec) { s.to = testNow.Add(-time.Second) }), w.wwdr, w.root),
		"vendor-last-second":  certificates(ofVendor(func(s *spec) { s.to = testNow }), w.wwdr, w.root),
		"vendor-not-yet":      certificates(ofVendor(func(s *spec) { s.from = testNow.Add(time.Second) }), w.wwdr, w.root),
		"push-for-vendor":     certificates(issue(t, w.aai, push), w.aai, w.root),
		"vendor-by-name-only": certificates(ofVendor(func(s *spec) { s.extensions = nil }), w.wwdr, w.root),
	} {
		r := w.good(t)
		r.Chain = chain
		files["request/chain-"+name+".b64"] = encoded(t, r)
	}
	return files
}
