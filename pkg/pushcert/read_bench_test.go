package pushcert

import (
	"crypto/x509"
	"encoding/pem"
	"testing"
)

// BenchmarkRead is to be seen beside BenchmarkStandardLibrary, which does the least
// that can be done with the same bytes.
func BenchmarkRead(b *testing.B) {
	for _, name := range []string{"certificate/mdm-push.pem", "certificate/mdm-push.cer", "pem/crlf.pem", "pem/chain.pem", "request/one-line.b64"} {
		data := readCorpus(b, name)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read("", data, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkStandardLibrary(b *testing.B) {
	data := readCorpus(b, "certificate/mdm-push.pem")
	b.ReportAllocs()
	for b.Loop() {
		block, _ := pem.Decode(data)
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			b.Fatal(err)
		}
	}
}
