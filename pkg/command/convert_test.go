package command_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/internal/depth"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// convertPassword is that of the corpus.
const convertPassword = "correct horse"

// unread is a file in a form that apnsctl does not read.
type unread struct {
	name, file string // file: of the corpus; else script writes "in" with the password in $P12
	script     string
	sentence   string
}

// TestTheConvertingLineConverts runs the command of the hint about each file that is not
// read, and reads what comes out.
func TestTheConvertingLineConverts(t *testing.T) {
	t.Parallel()
	const export = "openssl pkcs12 -export -legacy -inkey key.pem -in leaf.pem -passout env:P12 -name mdm -out "
	const pkcs8 = "openssl pkcs8 -topk8 -provider legacy -provider default -in key.pem -passout env:P12 -out in "
	count := 0
	for _, row := range []unread{
		{name: "Camellia", file: "pkcs12/camellia.p12", sentence: "cipher.p12"},
		{name: "RC4", script: export + "in -keypbe PBE-SHA1-RC4-128 -certpbe PBE-SHA1-RC4-128", sentence: "cipher.p12"},
		{name: "ARIA", script: export + "in -keypbe aria-128-cbc -certpbe aria-128-cbc", sentence: "cipher.p12"},
		{name: "MAC SHA3-256", script: export + "in -macalg sha3-256", sentence: "cipher.p12.mac"},
		{name: "key, RC2 in PBES2", file: "key/pbes2-rc2.pem", sentence: "cipher.key"},
		{name: "key, Camellia", file: "key/dek-camellia.pem", sentence: "cipher.key"},
		{name: "scrypt", file: "pkcs12/scrypt.p12", sentence: "cipher.p12"},
		{name: "key, scrypt", file: "key/pbes2-scrypt.pem", sentence: "cipher.key"},
		{name: "key, PBES1 with MD5", file: "key/pbe-md5-des.pem", sentence: "cipher.key"},
		{name: "key, PBES1 with SHA-1", file: "key/pbe-sha1-des.pem", sentence: "cipher.key"},
		{name: "key, triple DES as in PKCS #12", file: "key/pbe-sha1-3des.pem", sentence: "cipher.key"},
		{name: "key, RC2 as in PKCS #12", file: "key/pbe-sha1-rc2-40.pem", sentence: "cipher.key"},
		{name: "key, RC4", script: pkcs8 + "-v1 PBE-SHA1-RC4-128", sentence: "cipher.key"},
		{name: "key, ARIA", script: pkcs8 + "-v2 aria-256-cbc", sentence: "cipher.key"},
		{name: "Java store", sentence: "jks", script: export + "in.p12 && keytool -importkeystore -srckeystore in.p12 -destkeystore in " +
			"-deststoretype JKS -srcstorepass:env P12 -deststorepass:env P12"},
	} {
		program := map[bool]string{true: "keytool", false: "openssl"}[row.sentence == "jks"]
		if _, found := depth.Program(t, program); !found {
			continue
		}
		count++
		t.Run(row.name, func(t *testing.T) { row.convert(t) })
	}
	t.Logf("%d files converted", count)
}

func (row unread) convert(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	in := filepath.Join(dir, "in")
	copyCorpus(t, "key/customer.pem", filepath.Join(dir, "key.pem"))
	copyCorpus(t, "certificate/mdm-push.pem", filepath.Join(dir, "leaf.pem"))
	if row.file != "" {
		copyCorpus(t, row.file, in)
	} else {
		shell(t, dir, row.script)
	}
	password := func() ([]byte, error) { return []byte(convertPassword), nil }
	data, err := os.ReadFile(in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pushcert.Read("in", data, password); problem.Of(err).Key() != "file-unsupported."+row.sentence {
		t.Fatalf("reading it ends with %v", err)
	}

	streams, out, _ := term.Test()
	none := func(string) string { return "" }
	command.Main(t.Context(), &cli.Env{IO: streams, Now: corpusNow, Getenv: none}, []string{"inspect", "-o", "json", in})
	var answer struct {
		Result struct {
			Files []struct{ Findings []struct{ Hint string } }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^  ((?:openssl|keytool) .*)$`).FindStringSubmatch(answer.Result.Files[0].Findings[0].Hint)
	if line == nil {
		t.Fatalf("no command in %s", out)
	}
	// What the programs would ask at the terminal.
	answers := " -passin env:P12"
	if row.sentence == "jks" {
		answers = " -srcstorepass:env P12 -deststorepass:env P12"
	}
	shell(t, dir, line[1]+answers)

	converted, err := filepath.Glob(filepath.Join(dir, "new.*"))
	if err != nil || len(converted) != 1 {
		t.Fatalf("%v, %v", converted, err)
	}
	if data, err = os.ReadFile(converted[0]); err != nil {
		t.Fatal(err)
	}
	file, err := pushcert.Read(converted[0], data, password)
	switch {
	case err != nil:
		t.Fatal(err)
	case row.sentence == "cipher.key" && file.Role == pushcert.RolePrivateKey && file.Keys[0].Signer != nil:
	case file.Role == pushcert.RoleMDMPush && file.LeafKey() != nil:
	default:
		t.Errorf("it has become %s", file.Role)
	}
}

func copyCorpus(t *testing.T, name, to string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpusFolder, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// shell runs a line of a person's in a folder.
func shell(t *testing.T, dir, line string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-ec", line)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "P12="+convertPassword, "LC_ALL=C.UTF-8")
	if out, err := cmd.CombinedOutput(); err != nil {
		said, _, _ := strings.Cut(string(out), "-----BEGIN")
		t.Fatalf("%s: %v: %s", line, err, said)
	}
}
