package archtest

import "slices"

// module is the path that everything of ours begins with.
const module = "github.com/apnsctl/apnsctl/"

// rule says what the non-test files of one package may and may not use.
type rule struct {
	ours  []string // packages of ours that it may import
	never []string // imports that are forbidden although nothing of ours is involved
	calls []string // calls that are forbidden to this package beyond those of the whole tree
}

// table is the import table of CONTRIBUTING.md. Test files may also use the package
// that they test and everything in [forTests].
func table() map[string]rule {
	commands := []string{"github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/spf13/viper"}
	pure := slices.Concat(commands, []string{"os", "os/exec", "io/ioutil", "net", "net/http"})
	return map[string]rule{
		"pkg/problem": {never: pure},
		"pkg/msg":     {never: pure},
		"pkg/term":    {never: slices.Concat(commands, []string{"net", "net/http", "os/exec"})},

		"pkg/pushcert":  {ours: []string{"pkg/problem"}, never: pure},
		"pkg/lifecycle": {ours: []string{"pkg/pushcert", "pkg/problem"}, never: pure},
		"pkg/state": {
			ours:  []string{"pkg/lifecycle", "pkg/problem"},
			never: slices.Concat(commands, []string{"os/exec", "net", "net/http"}),
			// The file knows nothing of certificates.
			calls: []string{"crypto/x509.ParseCertificate", "crypto/x509.ParseCertificates"},
		},
		"pkg/devices": {ours: []string{"pkg/pushcert", "pkg/problem"}, never: pure},
		"pkg/journal": {ours: []string{"pkg/apns", "pkg/problem"}, never: pure},
		"pkg/apns": {
			ours:  []string{"pkg/problem"},
			never: slices.Concat(commands, []string{"os", "os/exec"}),
		},
		// The oracle: one wrong constant shared with the client would pass every test.
		"pkg/simulator": {never: commands},

		"pkg/cli": {ours: []string{
			"pkg/apns", "pkg/devices", "pkg/journal", "pkg/lifecycle", "pkg/msg", "pkg/problem",
			"pkg/pushcert", "pkg/simulator", "pkg/state", "pkg/term",
		}},
		"cmd/apnsctl": {
			ours:  []string{"pkg/cli", "pkg/msg", "pkg/term"},
			never: slices.Concat(commands, []string{"net", "net/http", "os/exec"}),
		},
		"pkg/internal/archtest": {},
	}
}

// forTests is what any test file may import besides: the oracle, and the closed list of
// codes, which tests assert instead of sentences.
func forTests() []string { return []string{"pkg/simulator", "pkg/problem"} }

// onlyIn names, for an import, the files that may have it: patterns of path.Match.
func onlyIn() map[string][]string {
	return map[string][]string{
		// viper lower-cases keys and truncates files: it reads settings, one way, in one place.
		"github.com/spf13/viper": {"pkg/cli/settings.go"},
		// The oracle is started by the two commands that are about it.
		module + "pkg/simulator": {"pkg/cli/simulate.go", "pkg/cli/demo*.go"},
	}
}

// world is what only main may touch: everything else is told the time and its streams.
func world() []string {
	return []string{
		"time.Now", "time.Since", "time.Until",
		"os.Exit", "os.Stdin", "os.Stdout", "os.Stderr",
		"os.Getenv", "os.LookupEnv", "os.Environ", "os.Setenv",
	}
}

// tables are the package-level variables that are no sentinel error, no embedded file
// and no compiled pattern, each with the reason why it may stand.
func tables() map[string]string {
	return map[string]string{
		"pkg/problem/code.go: exits":        "the closed list of codes; read by Code.Exit",
		"pkg/problem/code.go: findingCodes": "the closed list of codes; cloned by Codes",
		"pkg/problem/code.go: errorCodes":   "the closed list of codes; cloned by Codes",
		"pkg/msg/catalog.go: catalogs":      "the two languages, each parsed once when it is asked for",
		"pkg/apns/explain_tls.go: alerts":   "RFC 8446 6.2 as a table; read by tlsCause",
		"pkg/apns/reason.go: reasons":       "Apple's table of reasons; read by Lookup",
		"pkg/pushcert/trust.go: appleTrust": "Apple's certificates, parsed once when a chain is needed",
		"pkg/apns/item.go: _":               "says to the compiler which interface a type has",
		"cmd/apnsctl/main.go: version":      "set by the linker",
		"cmd/apnsctl/main.go: commit":       "set by the linker",
		"cmd/apnsctl/main.go: date":         "set by the linker",
	}
}
