package pushcert

import (
	"crypto/x509"
	"testing"
	"time"
)

func BenchmarkX509Alone(b *testing.B) {
	der := newWorld(b).push.X509.Raw
	b.ReportAllocs()
	for b.Loop() {
		if _, err := x509.ParseCertificate(der); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseRoleTopic(b *testing.B) {
	der := newWorld(b).push.X509.Raw
	b.ReportAllocs()
	for b.Loop() {
		c, err := ParseCertificate(der)
		if err != nil || c.Role() != RoleMDMPush || c.Topic() == "" {
			b.Fatal(err)
		}
	}
}

func BenchmarkChain(b *testing.B) {
	w := newWorld(b)
	b.ReportAllocs()
	for b.Loop() {
		if chain, _ := w.trust.Chain(w.push.Certificate, time.Time{}); !chain.Verified {
			b.Fatal("not verified")
		}
	}
}

// What a chain costs at least: the one signature on the leaf.
func BenchmarkSignatureAlone(b *testing.B) {
	w := newWorld(b)
	for b.Loop() {
		if err := w.push.X509.CheckSignatureFrom(w.aai.X509); err != nil {
			b.Fatal(err)
		}
	}
}
