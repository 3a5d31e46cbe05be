package pushcert

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
)

func tokenFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	const inner = `{"consumer_key":"CK_test","consumer_secret":"CS_test","access_token":"AT_test","access_secret":"AS_test","access_token_expiry":"2027-07-01T22:18:53Z"}`
	message := "Content-Type: text/plain;charset=UTF-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n-----BEGIN MESSAGE-----\r\n" + inner + "\r\n-----END MESSAGE-----\r\n"
	body := mimeLines([]byte(base64.StdEncoding.EncodeToString(envelopedCMS(t, []byte(message), w.push))))
	p7m := append([]byte("Content-Type: application/pkcs7-mime; name=\"smime.p7m\"; smime-type=enveloped-data\r\n"+
		"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"smime.p7m\"\r\nContent-Description: S/MIME Encrypted Message\r\n\r\n"), body...)
	const content = `{"token":"secret of the token","expDate":"2027-12-05T16:53:11+0900","orgName":"Example K.K."}`
	return corpusFiles{
		"token/MDM_Token_2026-07-01T22-18-53Z_smime.p7m": p7m,
		"token/renamed.p7m":                 p7m,
		"token/cut-off.p7m":                 p7m[:len(p7m)-300],
		"token/decrypted.txt":               []byte(message),
		"token/decrypted.json":              []byte(inner),
		"token/no-date.json":                []byte(strings.Replace(inner, "2027-07", "soon", 1)),
		"token/sToken_for_Example.vpptoken": []byte(base64.StdEncoding.EncodeToString([]byte(content))),
		"token/content.json":                []byte(content),
		"token/content-bad-date.vpptoken":   []byte(base64.StdEncoding.EncodeToString([]byte(strings.Replace(content, "2027", "next", 1)))),
		"token/mime-version.p7m":            append([]byte("MIME-Version: 1.0\r\n"), p7m...),
		"token/not-base64.p7m":              bytes.Replace(p7m, []byte("\r\n\r\nM"), []byte("\r\n\r\n*"), 1),
		"token/signed.p7m":                  append(bytes.Clone(p7m[:bytes.Index(p7m, []byte("\r\n\r\n"))+4]), mimeLines([]byte(base64.StdEncoding.EncodeToString(signedCMS(t, []byte(message), w.vendor))))...),
		"token/ended.json":                  []byte(strings.Replace(inner, "2027-07-01", "2026-05-31", 1)),
		"token/ends.vpptoken":               []byte(base64.StdEncoding.EncodeToString([]byte(strings.Replace(content, "2027-12-05", "2026-07-15", 1)))),
		"token/mail.eml":                    []byte("MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHello\r\n"),
	}
}

func otherFiles(testing.TB, *world) corpusFiles {
	return corpusFiles{
		"other/portal.html":     []byte("<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Your session has expired.</body></html>\n"),
		"other/portal-xml.html": []byte("<?xml version=\"1.0\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\"><body/></html>\n"),
		"other/empty.pem":       {},
		"other/blank.pem":       []byte(" \r\n\n"),
		"other/zeros.pem":       make([]byte, 64),
		"other/notes.txt":       []byte("The certificate is on the other server.\n"),
		"other/ssh-rsa.pub":     []byte("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAABnB1YmxpYw== me@example.com\n"),
		"other/identity.txt":    []byte("# created: 2026-03-01T00:00:00Z\nAGE-SECRET-KEY-1\n"),
		"other/word.txt":        []byte("certificate\n"),
		"other/archive.zip":     []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00"),
		"other/store.jks":       []byte("\xFE\xED\xFE\xED\x00\x00\x00\x02\x00\x00\x00\x01"),
		"other/token.jwt":       []byte("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJBQkMifQ.c2lnbmF0dXJl\n"),
		"other/answer.json":     []byte(`{"result":"success"}`),
		"other/random.bin":      []byte("\x8f\x01\x02\x03\x04\x05\x06\x07\x00\x00"),
		"other/short.der":       {0x30, 0x82},
		"other/store.jceks":     []byte("\xCE\xCE\xCE\xCE\x00\x00\x00\x02\x00\x00\x00\x01"),
		"other/compressed.gz":   []byte("\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03"),
		"other/age.txt":         []byte("-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3YxCg==\n-----END AGE ENCRYPTED FILE-----\n"),
		"other/hex-in-hex.txt":  wrappedHex(),
		"other/sequence.der":    {0x30, 0x06, 0x02, 0x01, 0x05, 0x01, 0x01, 0xFF},
	}
}

// wrappedHex is a certificate's first line in more layers of hex than anyone takes off.
func wrappedHex() []byte {
	text := []byte(pemBegin + "CERTIFICATE" + pemDashes)
	for range maxWrappers {
		text = []byte(hex.EncodeToString(text))
	}
	return text
}
