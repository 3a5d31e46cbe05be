package gate_test

import (
	"os"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Whatever a file is called, the name that is made of it is one that a profile may have.
func TestNamesAreLegal(t *testing.T) {
	data, err := os.ReadFile("../../testdata/pushcert/certificate/mdm-push.pem")
	if err != nil {
		t.Fatal(err)
	}
	file, err := pushcert.Read("mdm-push.pem", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	leaf := file.Leaf()
	for _, row := range []struct {
		from       gate.Naming
		file, want string
	}{
		{gate.FromFilename, "in/Acme Inc.pem", "Acme Inc"},
		{gate.FromFilename, "acme.co.jp", "acme.co.jp"},
		{gate.FromFilename, "acme.co.jp.P12", "acme.co.jp"},
		{gate.FromFilename, " \u202eacme\n\x1b.cer", "acme"},
		{gate.FromFilename, "山田商事.pem", "山田商事"},
		{gate.FromFilename, ".pem", ""},
		{gate.FromFilename, strings.Repeat("山", 50) + ".pem", strings.Repeat("山", 42)},
		{gate.FromTopic, "x.pem", leaf.Topic()},
		{gate.FromCN, "x.pem", leaf.CN()},
		{"", "x.pem", ""},
	} {
		got := row.from.Name(gate.Candidate{Name: row.file, Certificate: leaf})
		if got != row.want {
			t.Errorf("%s %q: %q, want %q", row.from, row.file, got, row.want)
		}
		if _, err := (&lifecycle.State{}).Choose(got); err != nil {
			t.Errorf("%q: %v", got, err)
		}
	}
}
