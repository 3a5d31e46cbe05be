package pushcert

import (
	"crypto/rsa"
	"math/big"
	"testing"
	"time"
)

// renewedSpec is the renewal of the test world's push certificate: the same topic, the
// key of the open request.
func renewedSpec() spec {
	s := pushSpec()
	s.key, s.serial = "renewal", 0x1B2C3D4E5F607182
	s.from, s.to = testNow.AddDate(0, 0, -1), testNow.AddDate(1, 0, -1)
	return s
}

// ending is the renewal that ends so many days from now, at this hour.
func ending(days int) spec {
	s := renewedSpec()
	s.from, s.to = testNow.AddDate(-1, 0, days), testNow.AddDate(0, 0, days)
	return s
}

// findingFiles has push certificates that are good but for one thing, and beside them
// those that are only just good.
func findingFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	changed := func(base spec, change func(*spec)) spec {
		change(&base)
		return base
	}
	specs := map[string]spec{
		"renewed": renewedSpec(),
		// "Create" pressed in place of "Renew".
		"created": changed(renewedSpec(), func(s *spec) {
			s.uid, s.cn = "com.apple.mgmt.External.0c1d2e3f-0d4e-4f5a-9b6c-7d8e9f0a1b2c", "APSP:0c1d2e3f-0d4e-4f5a-9b6c-7d8e9f0a1b2c"
		}),
		"other-key":       changed(renewedSpec(), func(s *spec) { s.key = "vendor" }),
		"older":           changed(pushSpec(), func(s *spec) { s.from, s.to = testIssued.AddDate(0, -2, 0), testEnd.AddDate(0, -2, 0) }),
		"no-topic":        changed(renewedSpec(), func(s *spec) { s.uid = "" }),
		"cn-uuid-differs": changed(renewedSpec(), func(s *spec) { s.cn = "APSP:00000000-0d4e-4f5a-9b6c-7d8e9f0a1b2c" }),
		"not-yet-valid":   changed(renewedSpec(), func(s *spec) { s.from, s.to = testNow.Add(time.Second), testNow.AddDate(1, 0, 0) }),
		"weak-key":        changed(renewedSpec(), func(s *spec) { s.key = "weak" }),
		"huge-key": changed(renewedSpec(), func(s *spec) {
			s.public = &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), maxRSABits, 1), E: 65537}
		}),
		"ends-in-61-days": ending(61), "ends-in-60-days": ending(60), "ends-in-31-days": ending(31), "ends-in-30-days": ending(30),
		"ends-now":    ending(0),
		"ended-again": changed(ending(0), func(s *spec) { s.to = testNow.Add(-time.Second) }),
	}
	files := corpusFiles{}
	for name, s := range specs {
		files["certificate/"+name+".pem"] = issue(t, w.aai, s).PEM()
	}
	vendor := vendorSpec()
	vendor.from, vendor.to = testIssued.AddDate(-1, 0, 0), testNow.AddDate(0, 0, -1)
	files["certificate/mdm-vendor-expired.pem"] = issue(t, w.wwdr, vendor).PEM()
	vendor.to = testNow.AddDate(0, 0, 20)
	files["certificate/mdm-vendor-ends.pem"] = issue(t, w.wwdr, vendor).PEM()
	return files
}
