package command_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// corpusFolder holds files of every kind; its README says what the fields of its table
// mean.
const corpusFolder = "../../testdata/pushcert"

// corpusNow is when all files of the corpus are looked at.
func corpusNow() time.Time { return time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC) }

// corpusRow is a row of expected.json. The fields of the reader, from Role to Paired, are
// compared in pkg/pushcert.
type corpusRow struct {
	File         string        `json:"file"`
	Config       string        `json:"config,omitempty"`
	Trust        string        `json:"trust,omitempty"`
	Command      string        `json:"command,omitempty"`
	Args         string        `json:"args,omitempty"`
	Password     *string       `json:"password,omitempty"`
	Role         pushcert.Role `json:"role,omitempty"`
	Error        string        `json:"error,omitempty"`
	Findings     []string      `json:"findings,omitempty"`
	Topic        string        `json:"topic,omitempty"`
	Certificates int           `json:"certificates,omitempty"`
	Keys         int           `json:"keys,omitempty"`
	Paired       bool          `json:"paired,omitempty"`
	Shows        []string      `json:"shows,omitempty"`
	Inspect      *outcome      `json:"inspect,omitempty"`
	Verify       *outcome      `json:"verify,omitempty"`
}

// outcome is what a person sees of a file: findings as "severity code", in order, or
// the code of the error that ended the command.
type outcome struct {
	Exit     int          `json:"exit"`
	Error    problem.Code `json:"error,omitempty"`
	Findings []string     `json:"findings,omitempty"`
}

// isFile tells the one row of a file from those that show it in another situation.
func (r corpusRow) isFile() bool { return r.Role != "" || r.Error != "" }

// isConfig tells a config file, which is verified as such and not as a file for a profile.
func (r corpusRow) isConfig() bool { return strings.HasPrefix(r.File, "state/") }

func (r corpusRow) name() string {
	return strings.TrimSpace(strings.Join([]string{r.Command, r.File, r.Config, r.Trust, r.Args}, " "))
}

func updating() bool { return flag.Lookup("update").Value.String() == "true" }

func corpusRows(t *testing.T) []corpusRow {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpusFolder, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var rows []corpusRow
	if err := decoder.Decode(&rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestCorpusWalk shows every file to inspect and verify. Under -update it writes what
// they said, but never what a file is nor what it is there to show: those rules hold always.
func TestCorpusWalk(t *testing.T) {
	rows := corpusRows(t)
	if len(rows) < 250 {
		t.Fatalf("only %d rows: the corpus is not whole", len(rows))
	}
	update := updating()
	t.Run("rows", func(t *testing.T) {
		t.Chdir(corpusFolder)
		for i := range rows {
			t.Run(rows[i].name(), func(t *testing.T) {
				got := rows[i].look(t)
				got.compare(t)
				if update {
					rows[i] = got
					return
				}
				if diff := gocmp.Diff(rows[i], got); diff != "" {
					t.Errorf("row and program differ (-row +program):\n%s", diff)
				}
			})
		}
	})
	if update && !t.Failed() {
		writeCorpusRows(t, rows)
	}
}

func writeCorpusRows(t *testing.T, rows []corpusRow) {
	t.Helper()
	var b bytes.Buffer
	for i, row := range rows {
		line, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(map[bool]string{true: "[\n  ", false: ",\n  "}[i == 0])
		b.Write(line)
	}
	b.WriteString("\n]\n")
	if err := os.WriteFile(filepath.Join(corpusFolder, "expected.json"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// look runs the commands on the file and returns the row with what they said.
func (r corpusRow) look(t *testing.T) corpusRow {
	t.Helper()
	r.Inspect = nil
	if r.isFile() {
		var role pushcert.Role
		r.Inspect, role = r.run(t, "inspect", r.File)
		if want := cmp.Or(r.Role, pushcert.RoleUnknown); role != want {
			t.Errorf("inspect takes it for %q, want %q", role, want)
		}
	}
	if r.isConfig() {
		r.Verify, _ = r.run(t, "verify", "--config", private(t, r.File))
	} else {
		r.Verify, _ = r.run(t, append(strings.Fields(cmp.Or(r.Command, "verify")), r.File)...)
	}
	return r
}

// private copies a config file whose keys are not sealed: git keeps no mode that would let
// it be opened.
func private(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return file // a row about none
	case err != nil:
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), filepath.Base(file))
	if err := os.WriteFile(copied, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return copied
}

// run is the program as a person has it, at a fixed time, with nobody to ask.
func (r corpusRow) run(t *testing.T, args ...string) (*outcome, pushcert.Role) {
	t.Helper()
	args = append(append(args, strings.Fields(r.Args)...), "-o", "json")
	if trust := cmp.Or(r.Trust, "certificate/authorities.pem"); trust != "apple" && r.Command == "" {
		args = append(args, "--trust-root", trust)
	}
	variables := map[string]string{"APNSCTL_CONFIG": private(t, cmp.Or(r.Config, "state/acme.yaml"))}
	if r.Password != nil {
		variables["APNSCTL_FILE_PASSWORD"] = *r.Password
	}
	streams, out, errs := term.Test()
	env := &cli.Env{IO: streams, Now: corpusNow, Getenv: func(name string) string { return variables[name] }}
	status := command.Main(t.Context(), env, args)
	wantNoSecret(t, out.String()+errs.String())
	return readOutcome(t, args, status, out.Bytes())
}
