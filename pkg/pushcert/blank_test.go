package pushcert

import (
	"testing"

	"github.com/smallstep/pkcs7"
)

// A file is empty where there is nothing in it, and not where the letters in it stand for nothing.
func TestOnlyAnEmptyFileIsCalledEmpty(t *testing.T) {
	signed, err := pkcs7.DegenerateCertificate(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":             {nil, "file-unrecognised.empty"},
		"lines":               {[]byte(" \r\n\n"), "file-unrecognised.empty"},
		"lines in UTF-16":     {[]byte("\r\x00\n\x00"), "file-unrecognised.empty"},
		"zeros":               {make([]byte, 512), "file-unrecognised.empty"},
		"zeros in base64":     {[]byte("AAAA"), "file-unrecognised.plain-text"},
		"a blank in base64":   {[]byte("ICAgCg=="), "file-unrecognised.plain-text"},
		"zeros in hex":        {[]byte("0000000000000000000000000000000000000000000000000000000000000000"), "file-unrecognised.plain-text"},
		"a message of nobody": {signed, "file-unrecognised.binary"},
	} {
		_, err := Read("a.txt", row.data, nil)
		if err == nil {
			t.Errorf("%s is read", name)
			continue
		}
		t.Run(name, func(t *testing.T) { wantProblem(t, err, row.want) })
	}
}
