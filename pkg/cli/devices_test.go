package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

func TestNewAudit(t *testing.T) {
	for _, row := range []struct {
		name, args string
		want       auditOptions
		code       problem.Code
	}{
		{name: "files", args: "a -", want: auditOptions{files: []string{"a", "-"}}},
		{
			name: "every flag", args: "a --against y --file-password-file p --strict",
			want: auditOptions{files: []string{"a"}, againstOptions: againstOptions{"y", "p"}, strict: true},
		},
		{name: "no file", code: problem.Usage},
		{name: "unknown flag", args: "a --nope", code: problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := testEnv(msg.English)
			var got auditOptions
			err := parse(t, env, newAudit(env, func(_ context.Context, o *auditOptions) error { got = *o; return nil }), row.args)
			requireCode(t, err, row.code)
			if !slices.Equal(got.files, row.want.files) || got.againstOptions != row.want.againstOptions || got.strict != row.want.strict {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}

func TestJudge(t *testing.T) {
	groups := []devices.Group{{Topic: "a", Devices: 5}, {Topic: "b", Devices: 3}, {Topic: "c", Devices: 2}, {Devices: 1}}
	held := map[string][]string{"a": {"acme"}, "b": {"beta", "bis"}}
	for _, row := range []struct {
		name    string
		y       yardstick
		want    string // the hearing of each group
		finding string
		profile string // whose row of the portal the hint names
	}{
		{name: "nothing to hold them against", want: "not-compared not-compared not-compared unknown"},
		{name: "one topic", y: yardstick{against: &againstView{Topic: "a"}}, want: "heard silent silent unknown", finding: "topic-mismatch.devices-topics"},
		{
			name: "one topic, and profiles that hold others", y: yardstick{against: &againstView{Topic: "a"}, holders: held, profiles: 3},
			want: "heard silent silent unknown", finding: "topic-mismatch.devices-topics", profile: "beta",
		},
		{name: "a topic that nobody has", y: yardstick{against: &againstView{Topic: "x"}}, want: "silent silent silent unknown", finding: "topic-mismatch.devices-topics"},
		{name: "all profiles", y: yardstick{holders: held, profiles: 3}, want: "heard heard silent unknown", finding: "topic-mismatch.devices-profiles"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			all := row.y.judge(groups)
			for _, g := range all {
				got = append(got, string(g.hearing))
			}
			if diff := cmp.Diff(row.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
			f, ok := row.y.silenced(all)
			if ok != (row.finding != "") || ok && f.Key() != row.finding || f.Params["profile"] != row.profile {
				t.Errorf("finding %+v, %v; want %q, profile %q", f, ok, row.finding, row.profile)
			}
		})
	}
}

// audit runs the command on files of a folder and returns what it prints.
func audit(t *testing.T, args ...string) (status int, out string) {
	t.Helper()
	streams, stdout, _ := term.Test()
	env := testEnv(msg.English)
	env.IO = streams
	folder := t.TempDir()
	env.Getenv = func(name string) string {
		return map[string]string{"APNSCTL_CONFIG": filepath.Join(folder, "config.yaml")}[name]
	}
	status = Main(t.Context(), env, append([]string{"devices", "audit"}, args...))
	return status, stdout.String()
}

// The document is written a record at a time; it has to be a document all the same.
func TestAuditOfManyRecordsIsOneDocument(t *testing.T) {
	const fleet = 20_000
	var b strings.Builder
	b.WriteString("udid,topic,push_magic,token\n")
	for i := range fleet {
		fmt.Fprintf(&b, "U-%05d <&>,com.apple.mgmt.External.%d,MAGIC,%064x\n", i, i%2, i)
	}
	file := filepath.Join(t.TempDir(), "fleet.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out := audit(t, file, "-o", "json")
	var document struct {
		Result struct {
			Devices int
			Topics  []struct{ Devices int }
			Records []struct{ ID, Topic string }
		}
	}
	if err := json.Unmarshal([]byte(out), &document); err != nil || status != 0 {
		t.Fatalf("status %d, %v", status, err)
	}
	r := document.Result
	if r.Devices != fleet || len(r.Records) != fleet || len(r.Topics) != 2 || r.Records[7].ID != "U-00007 <&>" {
		t.Errorf("%d devices, %d records, %d topics, %+v", r.Devices, len(r.Records), len(r.Topics), r.Records[7])
	}
	if strings.Contains(out, "MAGIC") || strings.Contains(out, strings.Repeat("0", 32)) {
		t.Error("a token or PushMagic is in the document")
	}
}

func TestAuditShowsOnlySomeOfManyBadFiles(t *testing.T) {
	folder := t.TempDir()
	for i := range 30 {
		text := `<?xml version="1.0"?><plist version="1.0"><dict>`
		if i == 0 {
			text += `<key>MessageType</key><string>TokenUpdate</string><key>UDID</key><string>U</string></dict></plist>`
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%02d.plist", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	status, out := audit(t, folder)
	if n := strings.Count(out, "file-damaged"); status != 0 || n == 0 || n > 8 || !strings.Contains(out, "22 further findings") {
		t.Errorf("status %d, %d of 29 bad files shown:\n%s", status, n, out)
	}
	if _, out = audit(t, folder, "-o", "json"); strings.Count(out, `"file-damaged"`) != 29 {
		t.Errorf("not all bad files are in the document:\n%s", out)
	}
}
