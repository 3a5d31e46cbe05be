package archtest

import (
	"slices"
	"strings"
)

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
	world := []string{"net", "net/http", "os/exec"}
	pure := slices.Concat(commands, []string{"os", "os/exec", "io/ioutil", "net", "net/http"})
	return map[string]rule{
		"pkg/problem": {ours: []string{"pkg/internal/mask"}, never: pure},
		"pkg/msg":     {ours: []string{"pkg/internal/mask"}, never: pure},
		"pkg/term":    {ours: []string{"pkg/internal/wait"}, never: slices.Concat(commands, []string{"net", "net/http", "os/exec"})},

		"pkg/pushcert": {ours: []string{
			"pkg/problem", "pkg/internal/caught", "pkg/internal/decode", "pkg/internal/sshkey",
			"pkg/pushcert/internal/ber", "pkg/pushcert/internal/guard", "pkg/pushcert/internal/pbe", "pkg/pushcert/internal/plist",
		}, never: pure},
		"pkg/pushcert/internal/ber":   {never: pure},
		"pkg/pushcert/internal/guard": {never: pure},
		"pkg/pushcert/internal/pbe": {
			ours: []string{"pkg/problem", "pkg/pushcert/internal/ber", "pkg/pushcert/internal/guard"}, never: pure,
		},
		"pkg/pushcert/internal/plist": {never: pure},

		"pkg/lifecycle": {ours: []string{"pkg/pushcert", "pkg/problem", "pkg/internal/sidebyside"}, never: pure},
		"pkg/state": {
			ours: []string{
				"pkg/lifecycle", "pkg/problem", "pkg/internal/sidebyside", "pkg/internal/wait", "pkg/state/internal/yamledit",
			},
			never: slices.Concat(commands, []string{"os/exec", "net", "net/http"}),
			// The file knows nothing of certificates.
			calls: []string{"crypto/x509.ParseCertificate", "crypto/x509.ParseCertificates"},
		},
		"pkg/state/internal/yamledit": {ours: []string{"pkg/problem"}, never: pure},
		"pkg/devices":                 {ours: []string{"pkg/pushcert", "pkg/problem", "pkg/internal/decode"}, never: pure},
		"pkg/journal":                 {ours: []string{"pkg/apns", "pkg/problem", "pkg/internal/caught"}, never: pure},
		"pkg/apns": {
			ours:  []string{"pkg/problem", "pkg/internal/caught"},
			never: slices.Concat(commands, []string{"os", "os/exec"}),
		},
		// The oracle: one wrong constant shared with the client would pass every test.
		// So are its rooms, which know each other and nothing of ours besides.
		"pkg/simulator": {
			ours: []string{
				"pkg/simulator/internal/apns", "pkg/simulator/internal/ca", "pkg/simulator/internal/mdmcert", "pkg/simulator/internal/portal",
				"pkg/simulator/internal/records",
			},
			never: commands,
		},
		"pkg/simulator/internal/apns": {
			ours: []string{"pkg/simulator/internal/ca"}, never: slices.Concat(commands, []string{"os", "net/http"}),
		},
		"pkg/simulator/internal/ca": {
			ours: []string{"pkg/simulator/internal/records"}, never: pure,
		},
		"pkg/simulator/internal/mdmcert": {
			ours: []string{"pkg/simulator/internal/ca"}, never: slices.Concat(commands, []string{"os", "os/exec"}),
		},
		"pkg/simulator/internal/portal": {
			ours:  []string{"pkg/simulator/internal/ca", "pkg/simulator/internal/records"},
			never: slices.Concat(commands, []string{"os", "os/exec"}),
		},
		"pkg/simulator/internal/records": {never: slices.Concat(commands, []string{"net", "net/http"})},
		"pkg/simulator/internal/testkit": {never: commands},
		"pkg/simulator/server":           {ours: []string{"pkg/simulator/internal/ca"}, never: slices.Concat(commands, []string{"os", "os/exec"})},

		"pkg/disk": {
			ours: []string{"pkg/msg", "pkg/problem", "pkg/pushcert", "pkg/state", "pkg/internal/wholefile"}, never: slices.Concat(commands, []string{"os/exec", "net", "net/http"}),
		},
		"pkg/document": {ours: []string{"pkg/msg", "pkg/problem"}, never: pure},
		"pkg/page":     {ours: []string{"pkg/msg", "pkg/problem", "pkg/pushcert", "pkg/term"}, never: slices.Concat(commands, []string{"os", "os/exec", "net", "net/http"})},
		"pkg/fleet":    {ours: []string{"pkg/apns", "pkg/devices", "pkg/journal", "pkg/problem", "pkg/internal/decode"}, never: pure},
		"pkg/gate":     {ours: []string{"pkg/lifecycle", "pkg/pushcert", "pkg/problem"}, never: pure},
		"pkg/nextstep": {ours: []string{"pkg/lifecycle", "pkg/problem"}, never: pure},
		"pkg/report":   {ours: []string{"pkg/lifecycle", "pkg/pushcert", "pkg/problem"}, never: pure},
		"pkg/remind":   {ours: []string{"pkg/lifecycle", "pkg/pushcert", "pkg/problem"}, never: pure},
		"pkg/setting":  {ours: []string{"pkg/lifecycle", "pkg/pushcert", "pkg/problem", "pkg/remind"}, never: pure},
		"pkg/reference": {
			ours: []string{"pkg/problem", "pkg/setting", "pkg/internal/decode", "pkg/internal/shell"}, never: pure,
		},
		"pkg/secret": {
			ours: []string{"pkg/problem", "pkg/internal/decode", "pkg/internal/shell"}, never: slices.Concat(commands, []string{"os", "os/exec", "net", "net/http"}),
		},
		"pkg/linked": {
			ours:  []string{"pkg/lifecycle", "pkg/msg", "pkg/pushcert", "pkg/problem", "pkg/reference", "pkg/server", "pkg/setting"},
			never: slices.Concat(commands, []string{"os", "os/exec", "net", "net/http"}),
		},
		"pkg/mdmcert":    {ours: []string{"pkg/problem"}, never: slices.Concat(commands, []string{"os", "os/exec"})},
		"pkg/deliver":    {ours: []string{"pkg/problem", "pkg/internal/wait"}, never: slices.Concat(commands, []string{"os", "os/exec"})},
		"pkg/revocation": {never: slices.Concat(commands, []string{"os", "os/exec"})},
		"pkg/server":     {ours: []string{"pkg/problem"}, never: slices.Concat(commands, []string{"os", "os/exec"})},
		"pkg/signing": {
			ours:  []string{"pkg/state", "pkg/lifecycle", "pkg/pushcert", "pkg/problem", "pkg/internal/sshkey", "pkg/internal/wait", "pkg/signing/internal/sshage"},
			never: pure,
		},
		"pkg/signing/internal/sshage": {ours: []string{"pkg/internal/sshkey"}, never: pure},
		"pkg/internal/sshkey":         {never: pure},

		// The config file comes in as it was read, and causes go out as keys: it opens no file and knows no sentence.
		"pkg/doctor": {
			ours:  []string{"pkg/apns", "pkg/state", "pkg/lifecycle", "pkg/pushcert", "pkg/problem", "pkg/internal/caught"},
			never: slices.Concat(commands, []string{"os", "os/exec"}),
		},

		// The frame knows no command.
		"pkg/cli": {ours: []string{
			"pkg/cli/typed", "pkg/disk", "pkg/document", "pkg/lifecycle", "pkg/msg", "pkg/nextstep", "pkg/page", "pkg/problem", "pkg/pushcert", "pkg/reference", "pkg/secret", "pkg/setting", "pkg/signing", "pkg/state", "pkg/term",
			"pkg/internal/actor", "pkg/internal/decode", "pkg/internal/mask", "pkg/internal/shell", "pkg/internal/wait", "pkg/internal/wholefile",
		}},
		"pkg/cli/typed":   {ours: []string{"pkg/msg"}},
		"pkg/cli/clitest": {ours: []string{"pkg/cli", "pkg/msg", "pkg/problem", "pkg/term"}},

		// A family knows the frame and what it is about, and no other family.
		"pkg/command/devices": {ours: append(family(), "pkg/devices", "pkg/document"), never: world},
		"pkg/command/doctor":  {ours: append(family(), "pkg/apns", "pkg/doctor", "pkg/linked", "pkg/setting")},
		"pkg/command/inspect": {ours: append(family(), "pkg/document", "pkg/report", "pkg/internal/caught"), never: world},
		"pkg/command/notify":  {ours: append(family(), "pkg/deliver", "pkg/document", "pkg/linked", "pkg/remind", "pkg/setting", "pkg/signing")},
		"pkg/command/profile": {ours: append(family(), "pkg/document", "pkg/secret", "pkg/signing", "pkg/gate", "pkg/linked", "pkg/report", "pkg/setting"), never: world},
		"pkg/command/push": {ours: append(
			family(), "pkg/cli/typed", "pkg/apns", "pkg/devices", "pkg/document", "pkg/fleet", "pkg/journal", "pkg/setting", "pkg/internal/caught", "pkg/internal/wait",
		)},
		"pkg/command/rehearse": {ours: append(family(), "pkg/cli/typed", "pkg/simulator", "pkg/simulator/server")},
		"pkg/command/request":  {ours: append(family(), "pkg/cli/typed", "pkg/linked", "pkg/mdmcert", "pkg/secret", "pkg/setting", "pkg/signing", "pkg/report", "pkg/nextstep"), never: []string{"net/http"}},
		"pkg/command/server":   {ours: append(family(), "pkg/linked", "pkg/report", "pkg/server", "pkg/setting"), never: world},
		"pkg/command/settings": {ours: append(family(), "pkg/cli/typed", "pkg/secret", "pkg/setting", "pkg/signing"), never: world},
		"pkg/command/vendors":  {ours: append(family(), "pkg/cli/typed", "pkg/signing", "pkg/report", "pkg/setting"), never: world},
		"pkg/command/watch":    {ours: append(family(), "pkg/gate", "pkg/linked", "pkg/report", "pkg/revocation"), never: world},

		"pkg/command": {
			ours: append(
				family(), "pkg/cli/typed", "pkg/command/devices", "pkg/command/doctor", "pkg/command/inspect", "pkg/command/notify", "pkg/command/profile",
				"pkg/command/push", "pkg/command/rehearse", "pkg/command/request", "pkg/command/server", "pkg/command/settings",
				"pkg/command/vendors", "pkg/command/watch", "pkg/internal/caught", "pkg/internal/mask",
			),
			never: world,
		},
		"pkg/command/commandtest": {ours: []string{"pkg/cli", "pkg/command", "pkg/simulator", "pkg/term"}},
		"cmd/apnsctl": {
			ours:  []string{"pkg/cli", "pkg/command", "pkg/msg", "pkg/secret", "pkg/term"},
			never: slices.Concat(commands, []string{"net", "net/http", "os/exec"}),
		},
		"pkg/internal/archtest":   {},
		"pkg/internal/actor":      {ours: []string{"pkg/msg"}, never: slices.Concat(commands, []string{"os/exec", "net", "net/http"})},
		"pkg/internal/decode":     {never: pure},
		"pkg/internal/depth":      {},
		"pkg/internal/mask":       {never: pure},
		"pkg/internal/testkey":    {},
		"pkg/internal/caught":     {never: pure},
		"pkg/internal/sidebyside": {ours: []string{"pkg/internal/caught"}, never: pure},
		"pkg/internal/wait":       {ours: []string{"pkg/internal/caught"}, never: pure},
		"pkg/internal/shell":      {never: slices.Concat(commands, []string{"net", "net/http"})},
		"pkg/internal/wholefile":  {never: slices.Concat(commands, world)},
	}
}

// family is what every family of commands may import.
func family() []string {
	return []string{"pkg/cli", "pkg/disk", "pkg/lifecycle", "pkg/msg", "pkg/page", "pkg/problem", "pkg/pushcert", "pkg/state", "pkg/term"}
}

// forTests is what a test file may import besides: the closed list of codes, which tests assert
// instead of sentences, and the oracle, whose own tests have a client that is none of ours, and the whole program.
func forTests(pkg string) []string {
	if strings.HasPrefix(pkg, "pkg/simulator") {
		return []string{"pkg/simulator", "pkg/simulator/internal/testkit", "pkg/internal/testkey"}
	}
	if pkg == "cmd/apnsctl" { // what the whole program leaves behind is looked at with the store
		return append(forTests(""), "pkg/state", "pkg/lifecycle")
	}
	return []string{"pkg/simulator", "pkg/simulator/server", "pkg/document", "pkg/problem", "pkg/report", "pkg/signing", "pkg/cli", "pkg/cli/clitest", "pkg/command", "pkg/command/commandtest", "pkg/internal/depth", "pkg/internal/testkey"}
}

// onlyIn names, for an import, the files that may have it: patterns of path.Match.
func onlyIn() map[string][]string {
	return map[string][]string{
		// viper lower-cases keys and truncates files: it reads settings, one way, in one place.
		"github.com/spf13/viper": {"pkg/cli/settings.go"},
		// The oracle is started by the family that is about it, and by tests.
		module + "pkg/simulator": {"pkg/command/rehearse/*.go", "pkg/command/commandtest/*.go"},
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
