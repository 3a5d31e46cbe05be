package command

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// A private key is refused and shown to nobody, wherever it stands on a command line: quoted, or in pieces as
// a shell makes them.
func TestAPrivateKeyOnACommandLineIsNotRepeated(t *testing.T) {
	pem := "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUsecretlines\nsecretAAAA=\n-----END OPENSSH PRIVATE KEY-----"
	age := "AGE-SECRET-KEY-1ANL2270JQ9AMAWTVH0V2E5Ksecret"
	const place = "KEY"
	for line, sentence := range map[string]string{
		"config recipients add KEY":              "a recipient is the public one",
		"config recipients add -- KEY":           "a recipient is the public one",
		"config recipients remove KEY":           "a recipient is the public one",
		"export --for apnsctl --recipient KEY":   "a recipient is the public one",
		"export --for apnsctl --recipient=KEY":   "a recipient is the public one",
		"csr -p KEY":                             "name the file",
		"status --config KEY":                    "name the file",
		"push --passphrase-file KEY":             "name the file",
		"push --identity=KEY":                    "name the file",
		"import cert.pem --accept-new-topic KEY": "name the file",
		"config set notify.smtp.password KEY":    "name the file",
		"push --token KEY":                       "name the file",
		"vendor sign KEY":                        "name the file",
		"inspect a KEY":                          "name the file",
		"KEY":                                    "name the file",
		"csr --KEY":                              "name the file",
	} {
		for _, form := range []string{"text", "json"} {
			for _, key := range []string{pem, age} {
				args := strings.Split(line, " ")
				for i := range args {
					args[i] = strings.ReplaceAll(args[i], place, key)
				}
				args = append([]string{"-v", "-o", form}, args...)
				for _, given := range [][]string{args, strings.Fields(strings.Join(args, " "))} {
					streams, out, errs := term.Test()
					env := &cli.Env{IO: streams, Now: time.Now, Getenv: func(string) string { return "" }}
					status := Main(t.Context(), env, given)
					said := out.String() + errs.String()
					if status != 2 || strings.Contains(said, "secret") || strings.Contains(said, "b3Bl") || !strings.Contains(strings.Join(strings.Fields(said), " "), sentence) {
						t.Errorf("%s: status %d: %s", slices.Concat(given), status, said)
					}
				}
			}
		}
	}
}

// What comes from elsewhere goes by the same doors.
func TestAPrivateKeyInAVariableIsNotRepeated(t *testing.T) {
	for _, form := range []string{"text", "json"} {
		streams, out, errs := term.Test()
		env := &cli.Env{IO: streams, Now: time.Now, Getenv: func(name string) string {
			return map[string]string{"APNSCTL_CONFIG": t.TempDir() + "/AGE-SECRET-KEY-1secretANL"}[name]
		}}
		status := Main(t.Context(), env, []string{"status", "-v", "-o", form})
		if said := out.String() + errs.String(); status != 2 || strings.Contains(said, "secret") || !strings.Contains(said, "AGE-SECRET-KEY-1…") {
			t.Errorf("%s: status %d: %s", form, status, said)
		}
	}
}
