package pushcert

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/smallstep/pkcs7"

	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/ber"
)

func cmsFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	var raw []byte
	for _, c := range []*identity{w.root, w.aai, w.push} {
		raw = append(raw, c.X509.Raw...)
	}
	p7b, err := pkcs7.DegenerateCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	answerKey := issue(t, nil, spec{cn: "mdmcert.download", key: "vendor"})
	answer := envelopedCMS(t, []byte("the request"), answerKey)
	signedText := signedCMS(t, []byte("just a text"), w.vendor)
	return corpusFiles{
		"cms/chain.p7b":                      p7b,
		"cms/chain-pem.p7b":                  armour("PKCS7", p7b),
		"cms/chain-base64.p7b":               mimeLines([]byte(base64.StdEncoding.EncodeToString(p7b))),
		"cms/signed-text.p7m":                signedText,
		"cms/truncated.p7b":                  p7b[:len(p7b)-100],
		"cms/encrypted-for-someone.p7":       envelopedCMS(t, []byte("secret"), w.push),
		"cms/nested-too-deep.p7b":            nestedBER(),
		"cms/digested.p7":                    digestedCMS(p7b),
		"mdmcert/answer.plist.b64.p7":        []byte(hex.EncodeToString(answer)),
		"mdmcert/answer-newline.p7":          []byte(strings.ToUpper(hex.EncodeToString(answer)) + "\r\n"),
		"mdmcert/answer-decoded.p7":          answer,
		"mdmcert/answer-cut-off.p7":          []byte(hex.EncodeToString(answer[:200])),
		"mdmcert/encryption-certificate.pem": answerKey.PEM(),
	}
}

// digestedCMS calls signed data digested data (RFC 5652, section 7), which nothing of ours is.
func digestedCMS(signed []byte) []byte {
	return bytes.Replace(signed, []byte(cmsArc+"\x02"), []byte(cmsArc+"\x05"), 1)
}

// nestedBER opens a hundred thousand unsized elements after a CMS type.
func nestedBER() []byte {
	head := append([]byte{ber.Sequence, unsizedOctet}, cmsArc+"\x02"...)
	return append(head, bytes.Repeat([]byte{0xA0, unsizedOctet}, 100_000)...)
}
