package report

import (
	"encoding/json"
	"maps"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

type keys struct{}

func (keys) Sentence(key string, _ problem.Params) string { return key }

func (keys) Hint(key string, _ problem.Params) string { return "mend " + key }

func created(t *testing.T) *pushcert.Certificate {
	t.Helper()
	data, err := os.ReadFile("../../testdata/pushcert/certificate/created.pem")
	if err != nil {
		t.Fatal(err)
	}
	file, err := pushcert.Read("created.pem", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return file.Leaf()
}

func shown(t *testing.T, v any) map[string]any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// What a row is decides what JSON can say of it; what it has not is empty or null.
func TestRows(t *testing.T) {
	c := created(t)
	end := c.X509.NotAfter
	now := end.Add(-36 * time.Hour)
	for name, row := range map[string]struct {
		row  Row
		want map[string]any
	}{
		"a certificate in the file": {
			Row{Item: lifecycle.Item{Kind: lifecycle.KindPush, Profile: "school", Certificate: c, PendingDays: new(3)}, Role: c.Role(), Account: "a@example.com"},
			map[string]any{
				"kind": "push", "profile": "school", "role": "mdm-push", "topic": c.Topic(), "serial_hex": c.SerialHex(),
				"apple_account": "a@example.com", "not_after": end.UTC().Format(time.RFC3339), "days_left": 1., "state": "ok", "pending_days": 3.,
			},
		},
		"a profile that waits for one": {
			Row{Item: lifecycle.Item{Kind: lifecycle.KindPush, Profile: "school", KnownTopic: "com.apple.mgmt.External.x"}, Role: pushcert.RoleUnknown},
			map[string]any{"kind": "push", "profile": "school", "role": "unknown", "topic": "com.apple.mgmt.External.x", "state": "missing"},
		},
		"a token": {
			Row{Item: lifecycle.Item{Kind: lifecycle.KindADEToken, Token: &lifecycle.Token{Name: "School", NotAfter: end}}, File: "t.p7m"},
			map[string]any{"kind": "ade-token", "name": "School", "file": "t.p7m", "not_after": end.UTC().Format(time.RFC3339), "days_left": 1., "state": "ok"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := map[string]any{
				"kind": "", "profile": "", "name": "", "file": "", "role": "", "topic": "", "serial_hex": "", "apple_account": "",
				"not_after": nil, "days_left": nil, "state": "", "pending_days": nil, "findings": []any{},
			}
			maps.Copy(want, row.want)
			if diff := cmp.Diff(want, shown(t, row.row.Status(now, keys{}))); diff != "" {
				t.Error(diff)
			}
			verified := shown(t, row.row.Verified(now, keys{}))
			for _, field := range []string{"serial_hex", "apple_account", "state", "pending_days"} {
				delete(want, field)
			}
			want["stored"] = nil
			if diff := cmp.Diff(want, verified); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestACertificateIsShownWhole(t *testing.T) {
	c := created(t)
	v := shown(t, NewCertificate(c, c.X509.NotAfter.Add(time.Second)))
	if v["days_left"] != -1. || v["topic"] != c.Topic() || v["sha256"] != c.SHA256() || v["key"] == nil || len(v["topics"].([]any)) != 1 {
		t.Errorf("got %v", v)
	}
	empty := shown(t, NewCertificate(nil, time.Time{}))
	if empty["not_after"] != nil || empty["key"] != nil || empty["topics"] == nil || empty["environments"] == nil {
		t.Errorf("got %v", empty)
	}
	if NewStored(nil) != nil {
		t.Error("no certificate is shown as one")
	}
}

func TestSum(t *testing.T) {
	soon := problem.Found(problem.ExpiresSoon, problem.Warning, nil)
	missing := problem.Found(problem.CertificateMissing, problem.Critical, nil)
	row := func(found ...problem.Finding) Row { return Row{Item: lifecycle.Item{Findings: found}} }
	for name, c := range map[string]struct {
		rows []Row
		none []problem.Finding
		g    problem.Grading
		want problem.Exit
	}{
		"all is well":                {[]Row{row(), row()}, nil, problem.Grading{}, problem.ExitOK},
		"one ends soon":              {[]Row{row(), row(soon)}, nil, problem.Grading{}, problem.ExitWarning},
		"which counts for nothing":   {[]Row{row(soon)}, nil, problem.Grading{FailOn: problem.ExitCritical}, problem.ExitOK},
		"the gravest of several":     {[]Row{row(soon), row(missing)}, nil, problem.Grading{}, problem.ExitRefused},
		"what belongs to no row":     {[]Row{row()}, []problem.Finding{missing}, problem.Grading{}, problem.ExitRefused},
		"nothing at all is not good": {nil, Nothing(nil), problem.Grading{}, problem.ExitRefused},
	} {
		t.Run(name, func(t *testing.T) {
			if r := Sum(c.rows, c.none, c.g); r.Exit != c.want {
				t.Errorf("exit status %d, want %d", r.Exit, c.want)
			}
		})
	}
	if found := Nothing([]Row{row()}); found != nil {
		t.Errorf("got %v", found)
	}
}

// An account stands beside what a profile watches, and a role beside everything.
func TestWatched(t *testing.T) {
	c := created(t)
	s := &lifecycle.State{Profiles: map[string]*lifecycle.Profile{"school": {AppleAccount: "a@example.com"}}}
	rows := Watched(s, []lifecycle.Item{
		{Kind: lifecycle.KindPush, Profile: "school", Certificate: c},
		{Kind: lifecycle.KindVendor},
		{Kind: lifecycle.KindContentToken, Token: &lifecycle.Token{}},
	})
	var got []string
	for _, r := range rows {
		got = append(got, string(r.Role)+" "+r.Account)
	}
	if diff := cmp.Diff([]string{"mdm-push a@example.com", "unknown ", "content-token "}, got); diff != "" {
		t.Error(diff)
	}
}
