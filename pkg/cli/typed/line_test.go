package typed_test

import (
	"testing"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli/typed"
)

// command has a flag of each kind, below a root with a flag that every command has.
func command(tb testing.TB, args ...string) *cobra.Command {
	tb.Helper()
	root, c := &cobra.Command{Use: "apnsctl"}, &cobra.Command{Use: "push [NAME]", Run: func(*cobra.Command, []string) {}}
	root.PersistentFlags().Bool("quiet", false, "")
	f := c.Flags()
	f.Bool("resume", false, "")
	f.Bool("wake", true, "")
	f.Int("rate", 0, "PER SECOND")
	f.String("ca-file", "", "FILE")
	f.String("proxy", "", "URL")
	f.String("push-magic", "", "MAGIC")
	f.StringArray("token", nil, "TOKEN")
	f.StringArray("tokens-file", nil, "FILE")
	root.AddCommand(c)
	root.SetArgs(append([]string{"push"}, args...))
	if err := root.ExecuteContext(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestLine(t *testing.T) {
	for _, row := range []struct {
		typed         []string
		profile, want string
		without       []string
	}{
		{},
		{typed: []string{"acme", "--rate", "2", "--resume"}, profile: "acme", want: " -p acme --rate 2 --resume"},
		{typed: []string{"--tokens-file", "a", "--tokens-file", "it's"}, want: ` --tokens-file a --tokens-file 'it'\''s'`},
		{typed: []string{"--resume=false", "--wake=false", "--rate", "0"}, want: " --wake=false"},
		{typed: []string{"--token", "12", "--token", "34", "--push-magic", "m"}, want: " --push-magic MAGIC --token TOKEN --token TOKEN"},
		{typed: []string{"--proxy", "http://me:secret@proxy:3128"}, want: " --proxy URL"},
		{typed: []string{"--proxy", "http://proxy:3128", "--quiet"}, want: " --proxy http://proxy:3128"},
		{typed: []string{"--ca-file", "f", "--rate", "2", "--resume"}, without: []string{"rate", "resume"}, want: " --ca-file f"},
		{typed: []string{"--ca-file", "a\x1b[2Jb"}, want: " --ca-file 'a\ufffd[2Jb'"},
	} {
		if got := typed.Line(command(t, row.typed...), row.profile, row.without...); got != "apnsctl push"+row.want {
			t.Errorf("%q: %q, want %q", row.typed, got, row.want)
		}
	}
}
