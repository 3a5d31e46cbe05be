package cli

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// parse gives a command line to one command below a root with the global flags.
func parse(t *testing.T, env *Env, c *cobra.Command, args string) error {
	t.Helper()
	root := group("apnsctl", c)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(flagProblem)
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return env.begin(c) }
	env.globalFlags(root.PersistentFlags())
	root.SetArgs(append([]string{c.Name()}, strings.Fields(args)...))
	return root.ExecuteContext(t.Context())
}

// requireCode requires the code that a row expects; empty is success.
func requireCode(t *testing.T, err error, want problem.Code) {
	t.Helper()
	switch p, ok := errors.AsType[*problem.Error](err); {
	case want == "" && err != nil:
		t.Fatalf("error %v", err)
	case want != "" && (!ok || p.Code != want):
		t.Fatalf("error %v, want %s", err, want)
	}
}

func TestNewVerify(t *testing.T) {
	for _, row := range []struct {
		name, args string
		want       verifyOptions
		code       problem.Code
	}{
		{name: "nothing means all that is stored"},
		{name: "a file", args: "x.pem", want: verifyOptions{file: "x.pem"}},
		{name: "standard input", args: "-", want: verifyOptions{file: "-"}},
		{
			name: "every flag",
			args: "x --against y --trust-root r --chain c --warn-days 9 --critical-days 3 --file-password-file p --strict",
			want: verifyOptions{
				file: "x", against: "y", trust: trustOptions{"r", "c"},
				thresholdOptions: thresholdOptions{warnDays: "9", criticalDays: "3", strict: true}, passwordFile: "p",
			},
		},
		{name: "two files", args: "x y", code: problem.Usage},
		{name: "unknown flag", args: "--nope", code: problem.Usage},
		{name: "flag without value", args: "--against", code: problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := testEnv(msg.English)
			var got verifyOptions
			err := parse(t, env, newVerify(env, func(_ context.Context, o *verifyOptions) error { got = *o; return nil }), row.args)
			requireCode(t, err, row.code)
			got.Env = nil
			if got != row.want {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}

func TestNewCSR(t *testing.T) {
	for _, row := range []struct {
		name, args string
		want       csrOptions
		code       problem.Code
	}{
		{name: "nothing"},
		{name: "new key, by force", args: "--new-key --force --out f", want: csrOptions{newKey: true, force: true, out: "f"}},
		{
			name: "memo", args: "--apple-account a --country JP --email e --expect-topic t",
			want: csrOptions{appleAccount: "a", country: "JP", email: "e", expectTopic: "t"},
		},
		{name: "due", args: "--due --warn-days 45", want: csrOptions{due: true, warnDays: "45"}},
		{
			name: "unlocking", args: "--unsigned --passphrase-file p --identity i --chain c",
			want: csrOptions{unsigned: true, chain: "c", unlockOptions: unlockOptions{"p", "i"}},
		},
		{name: "an argument", args: "acme", code: problem.Usage},
		{name: "output to nowhere", args: "--out", code: problem.Usage},
		{name: "two results on one stream", args: "--out - -o json", code: problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := testEnv(msg.English)
			var got csrOptions
			err := parse(t, env, newCSR(env, func(_ context.Context, o *csrOptions) error { got = *o; return nil }), row.args)
			requireCode(t, err, row.code)
			got.Env = nil
			if got != row.want {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}

func TestNewImport(t *testing.T) {
	for _, row := range []struct {
		name, args string
		files      []string
		check      func(*importOptions) bool
		code       problem.Code
	}{
		{name: "one file", args: "a.pem", files: []string{"a.pem"}},
		{name: "certificate and key", args: "a.pem a.key", files: []string{"a.pem", "a.key"}},
		{
			name: "another topic", args: "a --accept-new-topic T", files: []string{"a"},
			check: func(o *importOptions) bool { return o.acceptTopic == "T" },
		},
		{
			name: "ledger", args: "a --certificate-only --allow-shared --apple-account m --chain c --file-password-file p", files: []string{"a"},
			check: func(o *importOptions) bool {
				return o.certificateOnly && o.allowShared && o.appleAccount == "m" && o.chain == "c" && o.passwordFile == "p"
			},
		},
		{name: "no file", code: problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := testEnv(msg.English)
			var got importOptions
			err := parse(t, env, newImport(env, func(_ context.Context, o *importOptions) error { got = *o; return nil }), row.args)
			requireCode(t, err, row.code)
			if !slices.Equal(got.files, row.files) || row.check != nil && !row.check(&got) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestNewStatus(t *testing.T) {
	env := testEnv(msg.English)
	var got statusOptions
	err := parse(t, env, newStatus(env, func(_ context.Context, o *statusOptions) error { got = *o; return nil }),
		"--warn-days 45 --critical-days 10 --strict -p acme -q -o json")
	requireCode(t, err, "")
	if got.warnDays != "45" || got.criticalDays != "10" || !got.strict {
		t.Errorf("got %+v", got)
	}
	if g := env.global; g.profile != "acme" || !g.quiet || g.output != outputJSON {
		t.Errorf("global flags %+v", g)
	}
}

func TestNewToken(t *testing.T) {
	env := testEnv(msg.English)
	var in tokenImportOptions
	err := parse(t, env, newTokenImport(env, func(_ context.Context, o *tokenImportOptions) error { in = *o; return nil }),
		"a.p7m --name x --expires 2027-07-01")
	requireCode(t, err, "")
	if in.file != "a.p7m" || in.name != "x" || in.expires != "2027-07-01" {
		t.Errorf("got %+v", in)
	}
	var out tokenDeleteOptions
	remove := func(_ context.Context, o *tokenDeleteOptions) error { out = *o; return nil }
	requireCode(t, parse(t, env, newTokenDelete(env, remove), "ade-token x"), "")
	if out.kind != "ade-token" || out.name != "x" {
		t.Errorf("got %+v", out)
	}
	requireCode(t, parse(t, env, newTokenDelete(env, remove), "ade-token"), problem.Usage)
}

func TestNewExport(t *testing.T) {
	for _, row := range []struct {
		name, args string
		want       exportOptions
		code       problem.Code
	}{
		{name: "defaults", args: "--for pem", want: exportOptions{target: "pem", keyFormat: "pkcs8"}},
		{
			name: "every flag", args: "--for key --key-format pkcs1 --out f --force --file-password-file w --passphrase-file p --identity i",
			want: exportOptions{
				target: "key", keyFormat: "pkcs1", out: "f", passwordFile: "w", force: true, unlockOptions: unlockOptions{"p", "i"},
			},
		},
		{name: "an argument", args: "--for pem acme", code: problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := testEnv(msg.English)
			var got exportOptions
			err := parse(t, env, newExport(env, func(_ context.Context, o *exportOptions) error { got = *o; return nil }), row.args)
			requireCode(t, err, row.code)
			got.Env = nil
			if got != row.want {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}

func TestNewInitAndDelete(t *testing.T) {
	env := testEnv(msg.English)
	var made initOptions
	err := parse(t, env, newInit(env, func(_ context.Context, o *initOptions) error { made = *o; return nil }),
		"--organization O --apple-account A --email E --country JP --trust-root R --passphrase-file P --no-passphrase")
	requireCode(t, err, "")
	made.Env = nil
	want := initOptions{
		organization: "O", appleAccount: "A", email: "E", country: "JP", trustRoot: "R", passphraseFile: "P", noPassphrase: true,
	}
	if made != want {
		t.Errorf("got %+v, want %+v", made, want)
	}
	env = testEnv(msg.English)
	var gone deleteOptions
	err = parse(t, env, newDelete(env, func(_ context.Context, o *deleteOptions) error { gone = *o; return nil }), "--confirm acme --purge --yes")
	requireCode(t, err, "")
	if gone.confirm != "acme" || !gone.purge || !gone.yes {
		t.Errorf("got %+v", gone)
	}
}

func TestGlobalFlagsAreChecked(t *testing.T) {
	for _, row := range []struct {
		name, args string
		code       problem.Code
	}{
		{"known language", "--lang ja", ""},
		{"unknown language", "--lang fr", problem.Usage},
		{"known format", "-o json", ""},
		{"unknown format", "-o yaml", problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := testEnv(msg.English)
			requireCode(t, parse(t, env, newStatus(env, func(context.Context, *statusOptions) error { return nil }), row.args), row.code)
		})
	}
}
