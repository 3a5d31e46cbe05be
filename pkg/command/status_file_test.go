package command_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// statusDocument is what status prints of one file.
type statusDocument struct {
	Result struct {
		Verdict  string `json:"verdict"`
		ExitCode int    `json:"exit_code"`
		Items    []struct {
			corpusItem

			File     string  `json:"file"`
			Kind     string  `json:"kind"`
			NotAfter *string `json:"not_after"`
			DaysLeft *int    `json:"days_left"`
			State    string  `json:"state"`
		} `json:"items"`
	} `json:"result"`
}

// kindsOfFiles are what is watched of files, by the contract.
func kindsOfFiles() map[pushcert.Role]string {
	return map[pushcert.Role]string{
		"mdm-push": "push", "app-push": "push", "pass-push": "push", "server-push": "push", "mdm-vendor": "vendor",
		"ade-token": "ade-token", "content-token": "content-token",
	}
}

// TestStatusOfEveryFile shows the whole corpus to status, file by file, in an environment
// that has nothing: no config file, and no place where one could be.
func TestStatusOfEveryFile(t *testing.T) {
	rows := corpusRows(t)
	t.Chdir(corpusFolder)
	exits, kinds := map[int]int{}, map[string]int{}
	for _, row := range rows {
		if !row.isFile() {
			continue
		}
		t.Run(row.name(), func(t *testing.T) {
			status, d := row.status(t)
			exits[status]++
			item := d.Result.Items[0]
			o := outcome{}
			for _, f := range item.Findings {
				o.Findings = append(o.Findings, f.Severity+" "+string(f.Code))
				if f.Code == problem.KeyMissing && f.Severity != "info" && row.Error == "" || f.Code == problem.NoAppleAccount {
					t.Errorf("%s %s is no matter of a file's dates", f.Severity, f.Code)
				}
			}
			want := o.statusOfVerify(false)
			if strings.HasPrefix(row.Error, "password-") {
				want = 6
			}
			if status != want || d.Result.ExitCode != want {
				t.Errorf("status ends with %d and says %d, but its findings mean %d: %v", status, d.Result.ExitCode, want, o.Findings)
			}
			kind, watched := kindsOfFiles()[row.Role]
			switch {
			case !watched && (status != 3 && status != 6 || item.State != "missing"):
				t.Errorf("%q is watched as %s with status %d", row.Role, item.State, status)
			case !watched && row.Role != "" && row.Role != pushcert.RoleUnknown && !slices.Contains(o.Findings, "critical wrong-role"):
				t.Errorf("%q: no wrong-role among %v", row.Role, o.Findings)
			case watched && (item.Kind != kind || item.Role != row.Role || item.File != row.File):
				t.Errorf("%s %s %s, want %s %s %s", item.Kind, item.Role, item.File, kind, row.Role, row.File)
			case watched && (item.NotAfter == nil) != (item.State == "missing"):
				t.Errorf("state %s, end %v", item.State, item.NotAfter)
			case watched:
				kinds[kind]++
			}
		})
	}
	t.Logf("exits %v, kinds %v", exits, kinds)
	if len(exits) < 5 || len(kinds) != 4 {
		t.Errorf("exits %v, kinds %v: something was not tried", exits, kinds)
	}
}

// status runs status on the file, with a password where there is one.
func (r corpusRow) status(t *testing.T) (int, *statusDocument) {
	t.Helper()
	streams, out, errs := term.Test()
	env := &cli.Env{IO: streams, Now: corpusNow, Getenv: func(name string) string {
		if name == "APNSCTL_FILE_PASSWORD" && r.Password != nil {
			return *r.Password
		}
		return ""
	}}
	status := command.Main(t.Context(), env, []string{"status", r.File, "--trust-root", "certificate/authorities.pem", "-o", "json"})
	wantNoSecret(t, out.String()+errs.String())
	var d statusDocument
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if len(d.Result.Items) != 1 {
		t.Fatalf("%d items\n%s", len(d.Result.Items), out)
	}
	return status, &d
}
