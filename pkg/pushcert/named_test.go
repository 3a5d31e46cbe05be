package pushcert

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/depth"
)

// What is not damaged, and not newer than this program, is named for what it is.
func TestOldAndUnsupportedIsNamedAsSuch(t *testing.T) {
	file, err := Read("", readCorpus(t, "certificate/old-wwdr.pem"), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, found := Apple().Chain(file.Leaf(), time.Time{})
	if keys := keysOf(found); len(keys) != 1 || keys[0] != "issuer-unknown-apple.old" {
		t.Errorf("a certificate of the old authority: %v", keys)
	}
	file, err = Read("", readCorpus(t, "csr/md5.pem"), nil)
	if err != nil {
		t.Fatal(err)
	}
	found = file.CSR.Check()
	if keys := keysOf(found); len(keys) != 1 || keys[0] != "request-signature.csr-algorithm" || found[0].Params["algorithm"] != "MD5-RSA" {
		t.Errorf("a CSR signed with MD5: %v %v", keys, found)
	}
}

// A signature that cannot be verified is named by its algorithm, whichever it is, and is no forgery.
func TestSignaturesThatProveNothingAreNamed(t *testing.T) {
	w := newWorld(t)
	for name, id := range map[string]byte{"MD2-RSA": 2, "MD5-RSA": 4, "SHA1-RSA": 5} {
		der := bytes.ReplaceAll(w.push.X509.Raw, []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"), append([]byte("\x2a\x86\x48\x86\xf7\x0d\x01\x01"), id))
		weak := parse(t, der)
		_, found := w.trust.Chain(weak, testNow)
		if keys := keysOf(found); len(keys) != 1 || keys[0] != "issuer-not-apple.algorithm" || found[0].Params["algorithm"] != name {
			t.Errorf("%s: %v %v", name, keys, found)
		}
		if listed := weak.comesFrom(w.aai.Certificate); listed != (name == "SHA1-RSA") {
			t.Errorf("%s in a request's chain: %v", name, listed)
		}
	}
}

// Without a MAC one wrong password in 256 leaves padding that looks right.
func TestWrongPasswordWithoutAMACIsNoDamage(t *testing.T) {
	t.Parallel()
	data := readCorpus(t, "pkcs12/no-mac.p12")
	for n := range depth.Of(1000, 210) { // 63 and 205 are such passwords
		_, err := Read("", data, password(strconv.Itoa(n)))
		wantProblem(t, err, "password-wrong.p12")
	}
}

// The digit 0 in UTF-16 is the beginning of a SEQUENCE too.
func TestTextInUTF16IsNoDER(t *testing.T) {
	text := "0 errors, here it is:\n" + string(readCorpus(t, "certificate/mdm-push.pem"))
	file, err := Read("", []byte(utf16LE(text)), nil)
	if err != nil || file.Role != RoleMDMPush {
		t.Errorf("%v, %v", file, err)
	}
}
