package profile

import (
	"context"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
)

// A command of a hint means what the import meant: it keeps its flags, and what allows something is
// for the same files and the same profile alone.
func TestHintsKeepTheFlagsOfAnImport(t *testing.T) {
	for _, row := range []struct {
		args, line, want string
		paired           bool
	}{
		{args: "a.pem", line: "import a.pem -p acme", want: "import a.pem -p acme"},
		{args: "a.pem --upload", line: "import a.pem -p acme --accept-new-topic T", want: "import a.pem -p acme --accept-new-topic T --upload"},
		{args: "a.pem --upload", line: "import FILE -p acme", want: "import FILE -p acme --upload"},
		{args: "a.pem --upload", line: "import a.pem", want: "import a.pem --upload"},
		{args: "a.pem --upload --wait 5s", line: "import a.pem -p acme", want: "import a.pem -p acme --upload --wait 5s"},
		{args: "a.pem --wait 5s", line: "import a.pem -p acme", want: "import a.pem -p acme"},
		{args: "--upload --wait 5s", line: "import --upload -p NAME", want: "import --upload -p NAME --wait 5s"},
		{args: "a.pem --upload", line: "import FILE --profile-from cn", want: "import FILE --profile-from cn"},
		{args: "a.pem --upload", line: "portal -p acme", want: "portal -p acme"},
		{args: "a.pem --upload", line: "csr -p acme", want: "csr -p acme"},
		{args: "a.pem --certificate-only", line: "import a.pem KEYFILE -p acme", want: "import a.pem KEYFILE -p acme"},
		{args: "a.pem --certificate-only", line: "import a.pem -p acme --first", want: "import a.pem -p acme --first --certificate-only"},
		{args: "a.pem --first -p acme", line: "import a.pem -p acme --expect-topic T", want: "import a.pem -p acme --expect-topic T"},
		{args: "a.pem --first -p acme", line: "import a.pem -p other", want: "import a.pem -p other"},
		{args: "a.pem --expect-topic T -p acme", line: "import FILE -p acme", want: "import FILE -p acme --expect-topic T"},
		{args: "a.pem --apple-account m@example.com -p acme", line: "import a.pem -p acme", want: "import a.pem -p acme --apple-account m@example.com"},
		{args: "a.pem -p 学校", line: "import a.pem", want: "import a.pem -p 学校"},
		{args: "a.pem --allow-shared -p acme", line: "import a.pem -p acme --accept-new-topic T", want: "import a.pem -p acme --accept-new-topic T --allow-shared"},
		{args: "a.pem --allow-shared", line: "import a.pem -p acme --accept-new-topic T", want: "import a.pem -p acme --accept-new-topic T --allow-shared"},
		{args: "a.pem --allow-shared", line: "import a.pem -p acme --expect-topic T", want: "import a.pem -p acme --expect-topic T --allow-shared"},
		{args: "a.pem --allow-shared", line: "import a.pem -p other", want: "import a.pem -p other"},
		{args: "a.key a.pem b.key -p acme", line: "import a.pem -p acme", want: "import a.key a.pem b.key -p acme", paired: true},
		{args: "a.key a.pem", line: "import a.pem", want: "import a.key a.pem", paired: true},
		{args: "a.pem --allow-shared -p acme", line: "import FILE -p acme", want: "import FILE -p acme"},
		{args: "a.pem --accept-new-topic T -p acme", line: "import FILE -p acme", want: "import FILE -p acme"},
		{args: "a.pem --accept-new-topic T -p acme", line: "import a.pem -p acme --accept-new-topic U", want: "import a.pem -p acme --accept-new-topic U"},
		{args: "a.pem a.key -p acme", line: "import a.pem -p acme --accept-new-topic T", want: "import a.pem a.key -p acme --accept-new-topic T", paired: true},
		{args: "a.pem b.pem", line: "import a.pem -p acme", want: "import a.pem -p acme"},
		{args: "a.pem b.pem --keep-going --dry-run", line: "import a.pem b.pem --profile-from cn", want: "import a.pem b.pem --profile-from cn --dry-run --keep-going"},
		{args: "--from-server mdm -p acme --apple-account m@example.com", line: "import --from-server mdm -p acme --expect-topic TOPIC", want: "import --from-server mdm -p acme --expect-topic TOPIC --apple-account m@example.com"},
		{args: "--from-server mdm -p acme", line: "import --from-server mdm", want: "import --from-server mdm -p acme"},
		{args: "--from-server mdm -p acme", line: "import CERTFILE -p acme --certificate-only", want: "import CERTFILE -p acme --certificate-only"},
		{args: "a.pem --passphrase-file p --identity i", line: "import --upload -p acme", want: "import --upload -p acme --identity i --passphrase-file p"},
		{args: "a.p12 --file-password-file p --chain c", line: "import a.p12 -p acme", want: "import a.p12 -p acme --chain c --file-password-file p"},
		{args: "a.pem --out x --force", line: "import a.pem -p acme", want: "import a.pem -p acme --force --out x"},
		{args: "a.pem --dry-run", line: "import a.pem -p acme", want: "import a.pem -p acme --dry-run"},
	} {
		env := clitest.Env(msg.English)
		var got string
		err := clitest.Parse(t, env, NewImport(env, func(_ context.Context, o *importOptions) error {
			o.paired = row.paired
			got = env.Retyped("apnsctl " + row.line)
			return nil
		}), row.args)
		if err != nil || got != "apnsctl "+row.want {
			t.Errorf("import %s: %q becomes %q, want %q; %v", row.args, row.line, got, row.want, err)
		}
	}
	for args, want := range map[string]string{
		"a.pem b.pem --upload": "apnsctl import a.pem b.pem", "--from-server mdm -p acme": "apnsctl import --from-server mdm", "--upload": "apnsctl import --upload",
	} {
		env := clitest.Env(msg.English)
		var got string
		if err := clitest.Parse(t, env, NewImport(env, func(_ context.Context, o *importOptions) error { got = o.again(); return nil }), args); err != nil || got != want {
			t.Errorf("import %s: %q, %v", args, got, err)
		}
	}
}
