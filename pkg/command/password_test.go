package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// passwordRow is a command that reads a file, FILE in its line. The statuses are those with
// no password, and with a wrong one.
type passwordRow struct {
	args              string
	file              string
	missing, mistyped int
}

// passwordRows are all commands that take a file which can have a password. A key that
// nobody needs stays locked: then nothing is missing.
func passwordRows() []passwordRow {
	const p12, pair, key = "pkcs12/openssl3.p12", "pem/with-encrypted-key.pem", "key/pbes2-sha256-aes256.pem"
	const trust = " --trust-root certificate/authorities.pem"
	const push = " --token 1111111111111111111111111111111111111111111111111111111111111111 --push-magic m --endpoint https://127.0.0.1:9"
	return []passwordRow{
		{"inspect FILE" + trust, p12, 6, 6},
		{"inspect FILE" + trust, pair, 0, 6},
		{"inspect FILE" + trust, key, 0, 6},
		{"inspect other/notes.txt FILE certificate/mdm-push.pem" + trust, p12, 6, 6},
		{"status FILE" + trust, p12, 6, 6},
		{"status FILE" + trust, pair, 0, 6},
		{"status FILE" + trust, key, 3, 6},
		{"status certificate/mdm-push-expired.pem FILE" + trust, p12, 6, 6},
		{"verify FILE" + trust, p12, 6, 6},
		{"verify FILE" + trust, pair, 0, 6},
		{"verify FILE" + trust, key, 3, 6},
		{"verify FILE --fail-on expired" + trust, p12, 6, 6},
		{"verify FILE --expect mdm-push" + trust, p12, 6, 6},
		{"verify FILE --expect private-key" + trust, key, 0, 6},
		{"verify certificate/mdm-push.pem --against FILE" + trust, p12, 6, 6},
		{"verify certificate/mdm-push.pem --against FILE" + trust, pair, 0, 6},
		{"import FILE", p12, 6, 6},
		{"import FILE", pair, 6, 6},
		{"import certificate/mdm-push.pem FILE", key, 6, 6},
		{"vendor import FILE", p12, 6, 6},
		{"vendor import FILE", pair, 6, 6},
		{"vendor sign FILE", p12, 6, 6},
		{"vendor sign FILE", key, 3, 3}, // nobody is asked for a customer's password
		{"token import FILE", p12, 6, 6},
		{"token import FILE", key, 3, 6},
		{"push --certificate FILE" + push, p12, 6, 6},
		{"push --certificate FILE" + push, pair, 6, 6},
		{"push --certificate certificate/mdm-push.pem --key FILE" + push, p12, 6, 6},
		{"push --certificate certificate/mdm-push.pem --key FILE" + push, key, 6, 6},
		{"devices audit device/token-update.plist --against FILE", p12, 6, 6},
		{"devices audit device/token-update.plist --against FILE", pair, 0, 6},
	}
}

// TestPasswordOfAFile runs every command that reads a file on one whose password nobody
// gives, and on one whose password is wrong.
func TestPasswordOfAFile(t *testing.T) {
	t.Chdir(corpusFolder)
	state, err := os.ReadFile("state/acme.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "config.yaml")
	runs, six := 0, 0
	for _, row := range passwordRows() {
		for password, want := range map[string]int{"": row.missing, "wrong": row.mistyped} {
			args := strings.Fields(strings.Replace(row.args, "FILE", row.file, 1))
			t.Run(strings.Join(append(args, password), " "), func(t *testing.T) {
				if err := os.WriteFile(config, state, 0o600); err != nil {
					t.Fatal(err)
				}
				variables := map[string]string{"APNSCTL_CONFIG": config, "APNSCTL_FILE_PASSWORD": password}
				streams, out, errs := term.Test()
				env := &cli.Env{IO: streams, Now: corpusNow, Getenv: func(name string) string { return variables[name] }}
				status := command.Main(t.Context(), env, append(args, "-o", "json"))
				if status != want {
					t.Errorf("status %d, want %d\n%s%s", status, want, out, errs)
				}
				if said := strings.Contains(out.String(), `"password-missing"`) || strings.Contains(out.String(), `"password-wrong"`); said != (status == 6) {
					t.Errorf("status %d, password named: %v\n%s", status, said, out)
				}
				if now, err := os.ReadFile(config); err != nil || string(now) != string(state) {
					t.Errorf("the config file has changed (%v)", err)
				}
				runs++
				if status == 6 {
					six++
				}
			})
		}
	}
	t.Logf("%d runs, %d of them end with 6", runs, six)
}
