package command_test

import (
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// corpusDocument is what inspect and verify print, as far as the table holds it.
type corpusDocument struct {
	Schema string `json:"schema"`
	OK     bool   `json:"ok"`
	Result struct {
		Verdict  string       `json:"verdict"`
		ExitCode int          `json:"exit_code"`
		Files    []corpusItem `json:"files"`
		Items    []corpusItem `json:"items"`
	} `json:"result"`
	Error struct {
		Code problem.Code `json:"code"`
	} `json:"error"`
}

type corpusItem struct {
	Role     pushcert.Role   `json:"role"`
	Findings []corpusFinding `json:"findings"`
}

type corpusFinding struct {
	Code     problem.Code `json:"code"`
	Severity string       `json:"severity"`
	Message  string       `json:"message"`
	Hint     string       `json:"hint"`
}

// readOutcome reads the one document that a command has to print, and holds it against
// the contract: the status follows from the findings, and every sentence is whole.
func readOutcome(t *testing.T, args []string, status int, text []byte) (*outcome, pushcert.Role) {
	t.Helper()
	command := args[0]
	var d corpusDocument
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	if err := decoder.Decode(&d); err != nil {
		t.Fatalf("%s printed no JSON document: %v\n%s", command, err, text)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		t.Errorf("%s printed something after the document", command)
	}
	if d.Error.Code == problem.Internal || status == int(problem.ExitUnexpected) {
		t.Fatalf("%s failed unexpectedly: %s", command, text)
	}
	if !d.OK {
		return &outcome{Exit: status, Error: d.Error.Code}, ""
	}
	got := &outcome{Exit: status}
	items := append(d.Result.Files, d.Result.Items...)
	placeholder := regexp.MustCompile(`\{[a-z_]+\}`)
	for _, item := range items {
		for _, f := range item.Findings {
			got.Findings = append(got.Findings, f.Severity+" "+string(f.Code))
			if f.Message == "" || placeholder.MatchString(f.Message+f.Hint) {
				t.Errorf("%s: the sentence of %s is not whole: %q, %q", command, f.Code, f.Message, f.Hint)
			}
		}
	}
	if command == "verify" && len(items) > 0 {
		if want := got.statusOfVerify(slices.Contains(args, "--strict")); status != want || d.Result.ExitCode != want {
			t.Errorf("verify ends with %d and says %d, but its findings mean %d", status, d.Result.ExitCode, want)
		}
	}
	if len(items) != 1 {
		return got, ""
	}
	return got, items[0].Role
}

// statusOfVerify is the contract's rule once more, written without the program's: of all
// that is critical only the days left can wait.
func (o outcome) statusOfVerify(strict bool) int {
	warned := slices.ContainsFunc(o.Findings, func(finding string) bool {
		return finding == "warning expires-soon" || strict && strings.HasPrefix(finding, "warning ")
	})
	refused := slices.ContainsFunc(o.Findings, func(finding string) bool {
		return strings.HasPrefix(finding, "critical ") && finding != "critical expires-soon"
	})
	switch {
	case refused:
		return 3
	case slices.Contains(o.Findings, "critical expires-soon"):
		return 4
	case warned:
		return 5
	}
	return 0
}

// onlyWarnings are the codes that the contract calls warnings.
func onlyWarnings() []problem.Code {
	return []problem.Code{
		problem.Simulated, problem.VendorExpiresFirst, problem.NoAppleAccount, problem.PEMBOM, problem.PEMCRLF, problem.PEMLongLines,
	}
}

// compare holds a row against what it is there to show: no warning that it does not name,
// none named that did not come.
func (r corpusRow) compare(t *testing.T) {
	t.Helper()
	seen := slices.Concat(r.Inspect.all(), r.Verify.all())
	for _, finding := range seen {
		severity, code, _ := strings.Cut(finding, " ")
		if slices.Contains(onlyWarnings(), problem.Code(code)) && severity != "warning" {
			t.Errorf("%s is %s, want warning", code, severity)
		}
		if severity != "info" && !slices.Contains(r.Shows, finding) && finding != r.implied() {
			t.Errorf("%q comes up, which is not what this row shows", finding)
		}
	}
	for _, finding := range r.Shows {
		if !slices.Contains(seen, finding) {
			t.Errorf("%q does not come up", finding)
		}
	}
}

// all are the findings, and the error in their place.
func (o *outcome) all() []string {
	switch {
	case o == nil:
		return nil
	case o.Error != "":
		return []string{string(o.Error)}
	}
	return o.Findings
}

// implied is the finding that follows from what a file is: verify checks push certificates
// and requests, and refuses the rest.
func (r corpusRow) implied() string {
	switch {
	case r.Error != "":
		code, _, _ := strings.Cut(r.Error, ".")
		return "critical " + code
	case r.Role != "" && r.Role != pushcert.RoleMDMPush && r.Role != pushcert.RoleRequest:
		return "critical wrong-role"
	}
	return ""
}

// wantNoSecret searches what was printed for passwords, keys and the secrets of tokens.
func wantNoSecret(t *testing.T, printed string) {
	t.Helper()
	for _, secret := range []string{
		"correct horse", "another password", "PRIVATE KEY-----", "AGE-SECRET-KEY-", "6C5F0D50-0BD7-4F4D-9A8E-2D4C3B6A1F00",
		"CK_test", "CS_test", "AT_test", "AS_test", "secret of the token", "not to be read",
	} {
		if strings.Contains(printed, secret) {
			t.Errorf("%q was printed", secret)
		}
	}
}
