package archtest

import (
	"slices"
	"testing"
)

// The tree is clean, so the checks above never speak there: these sources are not.
func TestTheChecksSee(t *testing.T) {
	row := rule{ours: []string{"pkg/problem"}, never: []string{"net/http"}}
	for name, c := range map[string]struct {
		path, text string
		found      func(source) int
	}{
		"a package of ours outside the row": {
			"pkg/pushcert/x.go", `import "github.com/apnsctl/apnsctl/pkg/state"`,
			func(s source) int { return len(badImports(s, row)) },
		},
		"an import that the row forbids": {
			"pkg/pushcert/x.go", `import web "net/http"`,
			func(s source) int { return len(badImports(s, row)) },
		},
		"viper in a second file, even of tests": {
			"pkg/cli/x_test.go", `import "github.com/spf13/viper"`,
			func(s source) int { return len(badImports(s, rule{})) },
		},
		"the oracle outside its commands": {
			"pkg/command/push/push.go", `import "github.com/apnsctl/apnsctl/pkg/simulator"`,
			func(s source) int { return len(badImports(s, rule{ours: []string{"pkg/simulator"}})) },
		},
		"the clock under another name": {
			"pkg/cli/x.go", `import when "time"; func f() time.Time { return when.Now() }`,
			func(s source) int { return len(badUses(s, world())) },
		},
		"a stream as a value": {
			"pkg/cli/x.go", `import "os"; func f() any { return os.Stdout }`,
			func(s source) int { return len(badUses(s, world())) },
		},
		"a variable": {
			"pkg/cli/x.go", `var cache = map[string]int{}`,
			func(s source) int { return len(variables(s)) },
		},
		"a variable of a group without a value": {
			"pkg/cli/x.go", "import \"errors\"; var (\nerrA = errors.New(\"a\")\ncount int\n)",
			func(s source) int { return len(variables(s)) },
		},
		"init": {
			"pkg/cli/x.go", `func init() {}`,
			func(s source) int {
				if hasInit(s) {
					return 1
				}
				return 0
			},
		},
		"an entry written into a table": {
			"pkg/cli/x.go", `func f() { reasons[3].text = "other" }`,
			func(s source) int { return len(assigned(s)) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.found(written(t, c.path, []byte("package x; "+c.text))); got != 1 {
				t.Errorf("%d findings, want 1", got)
			}
		})
	}
}

func TestTheChecksAreFair(t *testing.T) {
	text := `package x; import ("errors"; "github.com/apnsctl/apnsctl/pkg/simulator")
		var errNone = errors.New("none")
		func f() { reasons := 1; _ = reasons }`
	s := written(t, "pkg/pushcert/x_test.go", []byte(text))
	if got := slices.Concat(badImports(s, rule{}), badUses(s, world()), variables(s)); len(got) != 0 {
		t.Errorf("found %q in a file that keeps every rule", got)
	}
}

// written is a file that a test writes.
func written(t *testing.T, name string, text []byte) source {
	t.Helper()
	s, err := read(name, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
