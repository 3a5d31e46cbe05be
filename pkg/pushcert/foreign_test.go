package pushcert

import (
	"bytes"
	"crypto/rsa"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/depth"
)

// foreign is a file that another program writes: out, from key.pem, leaf.pem and issuers.pem
// with the password in $P12.
type foreign struct {
	program, name, script string
	password              string // corpusPassword if empty
}

// pkcs12Export is how openssl writes a PKCS #12 file.
const pkcs12Export = "openssl pkcs12 -export -inkey key.pem -in leaf.pem -passout env:P12 -name mdm -out out "

// foreignPKCS12 are PKCS #12 files of other programs, old ways of writing included.
func foreignPKCS12() []foreign {
	rows := []foreign{
		{"openssl", "as of version 3", pkcs12Export, ""},
		{"openssl", "as of version 1.1", pkcs12Export + "-legacy -descert -macalg sha1", ""},
		{"openssl", "as of version 1.0", pkcs12Export + "-legacy -macalg sha1 -iter 2048", ""},
		{"openssl", "as of version 0.9", pkcs12Export + "-legacy -macalg sha1 -noiter -nomaciter", ""},
		{"openssl", "with issuers", pkcs12Export + "-certfile issuers.pem", ""},
		{"openssl", "no encryption, no MAC", pkcs12Export + "-keypbe NONE -certpbe NONE -nomac", ""},
		{"openssl", "no encryption, a MAC", pkcs12Export + "-keypbe NONE -certpbe NONE", ""},
		{"openssl", "encryption, no MAC", pkcs12Export + "-nomac", ""},
		{"openssl", "a password with an umlaut", pkcs12Export, "pässwörd"},
		{"openssl", "a password with an umlaut, as of 1.0", pkcs12Export + "-legacy", "pässwörd"},
		{"openssl", "an umlaut in two characters", pkcs12Export, "u\u0308ber"},
		{"openssl", "a Japanese password", pkcs12Export + "-macalg sha384", "パスワード"},
		{"openssl", "a password with emoji", pkcs12Export, "鍵🔑"},
		{"openssl", "a password with emoji, legacy", pkcs12Export + "-legacy", "鍵🔑"},
		{"pk12util", "AES-256", nssExport(""), ""},
		{"pk12util", "3DES and RC2", nssExport(`-c "PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC" -C "PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC"`), ""},
		{"pk12util", "certificates not encrypted", nssExport(`-c AES-128-CBC -C none`), ""},
		{"pk12util", "SHA-384 MAC", nssExport("-M SHA-384"), ""},
		{"keytool", "as of Java 17", javaExport("", "P12"), ""},
		{"keytool", "as of Java 8", javaExport("-J-Dkeystore.pkcs12.legacy", "P12"), ""},
	}
	for _, cipher := range []string{
		"AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "DES-EDE3-CBC", "PBE-SHA1-3DES", "PBE-SHA1-2DES", "PBE-SHA1-RC2-128", "PBE-SHA1-RC2-40",
	} {
		rows = append(rows, foreign{"openssl", cipher, pkcs12Export + "-legacy -keypbe " + cipher + " -certpbe " + cipher, ""})
	}
	for _, hash := range []string{"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512-224", "sha512-256"} {
		rows = append(rows, foreign{"openssl", "MAC " + hash, pkcs12Export + "-legacy -macalg " + hash, ""})
	}
	for _, cipher := range []string{"3des", "aes-256", "rc2-40"} {
		rows = append(rows, foreign{"certtool", cipher, gnutlsExport + "--to-p12 --p12-name mdm --pkcs-cipher " + cipher, ""})
	}
	for _, hash := range []string{"SHA384"} {
		rows = append(rows, foreign{"certtool", "MAC " + hash, gnutlsExport + "--to-p12 --p12-name mdm --hash " + hash, ""})
	}
	for _, how := range []string{
		"S.BestAvailableEncryption(p)",
		"B.kdf_rounds(5000).key_cert_algorithm(K.PBESv1SHA1And3KeyTripleDESCBC).hmac_hash(hashes.SHA1()).build(p)",
		"B.kdf_rounds(5000).key_cert_algorithm(K.PBESv2SHA256AndAES256CBC).hmac_hash(hashes.SHA384()).build(p)",
	} {
		rows = append(rows, foreign{"python3", how, pythonExport + "\nopen('out','wb').write(K.serialize_key_and_certificates(b'mdm', key, leaf, None, " + how + "))\nE", ""})
	}
	return rows
}

// foreignOther are keys and chains of other programs.
func foreignOther() []foreign {
	rows := []foreign{
		{"openssl", "p7b", "openssl crl2pkcs7 -nocrl -certfile leaf.pem -certfile issuers.pem -outform DER -out out", ""},
		{"openssl", "p7b in PEM", "openssl crl2pkcs7 -nocrl -certfile leaf.pem -certfile issuers.pem -out out", ""},
		{"openssl", "CMS in BER", "openssl cms -sign -nodetach -stream -binary -in leaf.pem -signer leaf.pem -inkey key.pem -outform DER -out out", ""},
		{"certtool", "p7b", "certtool --p7-generate --load-certificate leaf.pem --outder --outfile out", ""},
		{"python3", "p7b", pythonExport + "\nopen('out','wb').write(pkcs7.serialize_certificates([leaf], S.Encoding.DER))\nE", ""},
		{"openssl", "PKCS #1 with 3DES", "openssl rsa -traditional -in key.pem -des3 -passout env:P12 -out out", ""},
		{"openssl", "PKCS #8 in DER", "openssl pkcs8 -topk8 -outform DER -in key.pem -passout env:P12 -out out", ""},
		{"openssl", "an umlaut in two characters", "openssl pkcs8 -topk8 -in key.pem -passout env:P12 -out out", "u\u0308ber"},
		{"node", "PKCS #8 in PEM", nodeExport("pkcs8", "pem"), ""},
		{"node", "PKCS #8 in DER", nodeExport("pkcs8", "der"), ""},
		{"node", "PKCS #1", nodeExport("pkcs1", "pem"), ""},
		{"python3", "PKCS #8", pythonExport + "\nopen('out','wb').write(key.private_bytes(S.Encoding.PEM, S.PrivateFormat.PKCS8, S.BestAvailableEncryption(p)))\nE", ""},
	}
	for _, cipher := range []string{"3des", "aes-256"} {
		rows = append(rows, foreign{"certtool", cipher, `certtool --load-privkey key.pem --to-p8 --password "$P12" --outfile out --pkcs-cipher ` + cipher, ""})
	}
	return rows
}

const gnutlsExport = `certtool --load-privkey key.pem --load-certificate leaf.pem --password "$P12" --outder --outfile out `

const pythonExport = `python3 - <<'E'
import os
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization as S
from cryptography.hazmat.primitives.serialization import pkcs12, pkcs7
class K(object):
    PBESv1SHA1And3KeyTripleDESCBC = pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC
    PBESv2SHA256AndAES256CBC = pkcs12.PBES.PBESv2SHA256AndAES256CBC
    serialize_key_and_certificates = staticmethod(pkcs12.serialize_key_and_certificates)
B = S.PrivateFormat.PKCS12.encryption_builder()
p = os.environ['P12'].encode()
key = S.load_pem_private_key(open('key.pem', 'rb').read(), None)
leaf = x509.load_pem_x509_certificate(open('leaf.pem', 'rb').read())`

// nssExport takes the key into an NSS database, as Firefox has one, and out of it again.
func nssExport(flags string) string {
	return pkcs12Export + "&& mkdir db && certutil -N -d sql:db --empty-password && printf %s \"$P12\" >pass && " +
		"pk12util -i out -d sql:db -w pass -k /dev/null && rm out && pk12util -o out -n mdm -d sql:db -w pass " + flags
}

// javaExport has keytool write a key store anew.
func javaExport(flags, password string) string {
	return pkcs12Export + "&& mv out in.p12 && keytool " + flags + " -importkeystore -srckeystore in.p12 -destkeystore out " +
		"-deststoretype PKCS12 -srcstorepass:env " + password + " -deststorepass:env " + password
}

func nodeExport(kind, format string) string {
	return `node -e '
const {createPrivateKey} = require("crypto"), fs = require("fs");
fs.writeFileSync("out", createPrivateKey(fs.readFileSync("key.pem")).export(
  {type: "` + kind + `", format: "` + format + `", cipher: "aes-256-cbc", passphrase: process.env.P12}));'`
}

// TestForeignWriters reads what other programs write: openssl, which starts at once, writes all of
// its rows everywhere. A program that is missing is a failure where CI installs it; else its rows
// are not run, which is said.
func TestForeignWriters(t *testing.T) {
	t.Parallel()
	read := map[string]int{}
	for kind, rows := range map[string][]foreign{"p12": foreignPKCS12(), "other": foreignOther()} {
		for _, row := range rows {
			if row.program != "openssl" && read[row.program] == depth.Of(len(rows), 1) || !installed(t, row.program) {
				continue
			}
			t.Run(row.program+"/"+kind+"/"+row.name, func(t *testing.T) {
				t.Parallel()
				if row.password == "" {
					row.password = corpusPassword
				}
				data := row.write(t)
				if kind == "p12" {
					row.wantPair(t, data)
				} else {
					row.wantPart(t, data)
				}
			})
			read[row.program]++
		}
	}
	total := 0
	for program, n := range read {
		t.Logf("%s: %d files", program, n)
		total += n
	}
	t.Logf("foreign writers: %d files", total)
}

func installed(t *testing.T, program string) bool {
	t.Helper()
	_, found := depth.Program(t, program)
	if program == "python3" && found && exec.CommandContext(t.Context(), "python3", "-c", "import cryptography").Run() != nil {
		return false // a package of its own, which CI does not install
	}
	return found
}

func (row foreign) write(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	for name, file := range map[string]string{"key.pem": "key/customer.pem", "leaf.pem": "certificate/mdm-push.pem", "issuers.pem": "certificate/authorities.pem"} {
		if err := os.WriteFile(filepath.Join(dir, name), readCorpus(t, file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-ec", row.script)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "P12="+row.password, "LC_ALL=C.UTF-8")
	if out, err := cmd.CombinedOutput(); err != nil {
		said, _, _ := strings.Cut(string(out), "-----BEGIN")
		t.Fatalf("%s does not write it: %v: %s", row.program, err, said)
	}
	data, err := os.ReadFile(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// wantPair reads a PKCS #12 file with its password, and not with another.
func (row foreign) wantPair(t *testing.T, data []byte) {
	t.Helper()
	file, err := Read("", data, password(row.password))
	if err != nil {
		t.Fatal(err)
	}
	if file.Role != RoleMDMPush || file.LeafKey() == nil || !bytes.Equal(file.Leaf().X509.Raw, parsePush(t).X509.Raw) {
		t.Errorf("it is %s, with key: %t", file.Role, file.LeafKey() != nil)
	}
	if row.program != "openssl" || strings.Contains(row.script, "-keypbe NONE") {
		return
	}
	_, err = Read("", data, password("wrong"))
	wantProblem(t, err, "password-wrong.p12")
}

// wantPart reads a key, or certificates.
func (row foreign) wantPart(t *testing.T, data []byte) {
	t.Helper()
	file, err := Read("", data, password(row.password))
	switch {
	case err != nil:
		t.Error(err)
	case file.Role == RoleMDMPush && bytes.Equal(file.Leaf().X509.Raw, parsePush(t).X509.Raw):
	case file.Role == RolePrivateKey && file.Keys[0].Signer.(*rsa.PrivateKey).Equal(testKeys()["customer"]):
	default:
		t.Errorf("it is %s", file.Role)
	}
}

func parsePush(t *testing.T) *Certificate {
	t.Helper()
	file, err := Read("", readCorpus(t, "certificate/mdm-push.pem"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return file.Leaf()
}
