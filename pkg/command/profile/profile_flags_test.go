package profile

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

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
	} {
		t.Run(row.name, func(t *testing.T) {
			env := clitest.Env(msg.English)
			var got importOptions
			err := clitest.Parse(t, env, NewImport(env, func(_ context.Context, o *importOptions) error { got = *o; return nil }), row.args)
			clitest.RequireCode(t, err, row.code)
			if !slices.Equal(got.files, row.files) || row.check != nil && !row.check(&got) {
				t.Errorf("got %+v", got)
			}
		})
	}
	env := clitest.Env(msg.English)
	clitest.RequireCode(t, clitest.Parse(t, env, NewImport(env, nil), ""), problem.Usage) // no file, and no server either
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
				target: "key", keyFormat: "pkcs1", out: "f", passwordFile: "w", force: true, UnlockOptions: cli.UnlockOptions{PassphraseOptions: cli.PassphraseOptions{PassphraseFile: "p"}, Identity: "i"},
			},
		},
		{name: "two arguments", args: "--for pem acme beta", want: exportOptions{target: "pem", keyFormat: "pkcs8", names: []string{"acme", "beta"}}},
		{name: "-p again and again", args: "--for pem -p acme -p beta -p acme", want: exportOptions{target: "pem", keyFormat: "pkcs8", names: []string{"acme", "beta"}}},
		{name: "both ways", args: "--for pem -p acme beta", code: problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := clitest.Env(msg.English)
			var got exportOptions
			err := clitest.Parse(t, env, NewExport(env, func(_ context.Context, o *exportOptions) error { got = *o; return nil }), row.args)
			clitest.RequireCode(t, err, row.code)
			got.Env = nil
			if diff := cmp.Diff(row.want, got, cmp.AllowUnexported(exportOptions{})); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

func TestNewDelete(t *testing.T) {
	env := clitest.Env(msg.English)
	var gone deleteOptions
	err := clitest.Parse(t, env, NewDelete(env, func(_ context.Context, o *deleteOptions) error { gone = *o; return nil }), "--confirm acme --purge --yes")
	clitest.RequireCode(t, err, "")
	if gone.confirm != "acme" || !gone.purge || !gone.yes {
		t.Errorf("got %+v", gone)
	}
}
