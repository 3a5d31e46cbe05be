package fleet_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// told is what a run says of one group, in one line.
func told(g *fleet.Group) string {
	var examples []string
	for _, e := range g.Examples {
		switch {
		case e.Place != "":
			examples = append(examples, e.Place)
		case e.Row > 0:
			examples = append(examples, "row "+strconv.FormatInt(e.Row, 10))
		default:
			examples = append(examples, e.Token)
		}
	}
	return fmt.Sprintf("%d %s %d %s %s: %s", g.Count, g.Class, g.Status, g.Reason, g.Fault, strings.Join(examples, ", "))
}

func TestRun(t *testing.T) {
	gone := apns.Result{Status: 410, Reason: "Unregistered", Timestamp: 7, Class: apns.Device}
	lost := apns.Result{Class: apns.Network, Err: problem.Say(problem.APNsUnreachable, "stopped", problem.Params{"host": "apns.example"})}
	refused := apns.Result{Status: 403, Reason: "BadCertificate", Class: apns.Credential}
	late := apns.Result{Status: 429, Reason: "TooManyRequests", Class: apns.Later}
	const header = "token,push_magic,topic\n"
	for name, row := range map[string]struct {
		input, shard string
		answers      map[string]apns.Result
		journal      string // of an earlier run
		want         fleet.Counts
		groups       []string
		refused      []int64 // positions that were told to NotAccepted
		lines        int     // of this run
	}{
		"all accepted": {
			input: "aa m\nbb m\n", want: fleet.Counts{Total: 2, Accepted: 2}, lines: 2,
		},
		"one of each class": {
			input: "aa m\nbb m\ncc m\ndd m\nee m\n", answers: map[string]apns.Result{"bb": gone, "cc": refused, "dd": late, "ee": lost},
			want: fleet.Counts{Total: 5, Accepted: 1, Device: 1, Credential: 1, Later: 1, Network: 1, Unregistered: 1},
			groups: []string{
				"1 credential 403 BadCertificate : cc", "1 later 429 TooManyRequests : dd", "1 device 410 Unregistered : bb",
				"1 network 0 apns-unreachable.stopped : ee",
			},
			refused: []int64{1, 2, 3, 4}, lines: 5,
		},
		"rows that cannot be sent": {
			input: header + "aa,m,ours\nzz,m,ours\nbb,m,theirs\ncc,,ours\ndd,m,\n",
			want:  fleet.Counts{Total: 5, Accepted: 2, Device: 3, Unusable: 3},
			groups: []string{
				"1 device 0 MalformedToken not-a-token: in:3", "1 device 0 MissingPushMagic : in:5", "1 device 0 OtherTopic : in:4",
			},
			refused: []int64{1, 2, 3}, lines: 5,
		},
		"alike, the largest group first": {
			input: "zz\n" + strings.Repeat("bb m\n", 7), answers: map[string]apns.Result{"bb": gone},
			want:    fleet.Counts{Total: 8, Device: 8, Unregistered: 7, Unusable: 1},
			groups:  []string{"7 device 410 Unregistered : bb, bb, bb, bb, bb", "1 device 0 MalformedToken not-a-token: in:1"},
			refused: []int64{0, 1, 2, 3, 4, 5, 6, 7}, lines: 8,
		},
		"a part": {
			input: "aa m\nbb m\ncc m\nbb m\nee m\n", shard: "1/2", answers: map[string]apns.Result{"bb": gone},
			want: fleet.Counts{Total: 2, Device: 2, Unregistered: 2}, groups: []string{"2 device 410 Unregistered : bb, bb"},
			refused: []int64{1, 3}, lines: 2,
		},
		"an earlier run": {
			input:   "aa m\nbb m\nzz m\ndd m\n",
			answers: map[string]apns.Result{"aa": gone, "bb": gone}, // which would be told twice
			journal: `{"run":"02000000-0000-0000-0000-000000000000","input_sha256":"sum","shard":"0/1"}` + "\n" +
				`{"position":0,"token":"aa","apns_id":"00000000-0000-0000-0000-000000000000","status":200,"reason":"","timestamp":null,"attempts":1,"class":"accepted"}` + "\n" +
				`{"position":1,"token":"bb","apns_id":"00000000-0000-0000-0000-000000000000","status":410,"reason":"Unregistered","timestamp":"2026-01-01T00:00:00Z","attempts":1,"class":"device"}` + "\n" +
				`{"position":2,"token":"zz","apns_id":"00000000-0000-0000-0000-000000000000","status":0,"reason":"MalformedToken","timestamp":null,"attempts":0,"class":"device"}` + "\n",
			want:    fleet.Counts{Total: 4, Accepted: 2, Device: 2, Unregistered: 1, Unusable: 1, Resumed: 3},
			groups:  []string{"1 device 0 MalformedToken : row 3", "1 device 410 Unregistered : bb"},
			refused: []int64{1, 2}, lines: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			shard := row.shard
			if shard == "" {
				shard = "0/1"
			}
			run := runOf(t, row.input, shard)
			var journal, lines bytes.Buffer
			var refused []int64
			run.Journal, run.Lines = &journal, &lines
			run.NotAccepted = func(r *apns.Result) error { refused = append(refused, r.Position); return nil }
			if row.journal != "" {
				if whole, err := run.Resume("journal", strings.NewReader(row.journal+"torn")); err != nil || whole != int64(len(row.journal)) {
					t.Fatal(whole, err)
				}
			} else {
				row.journal = `{"run":"01000000-0000-0000-0000-000000000000","input_sha256":"sum","shard":"` + shard + "\"}\n"
			}
			s, err := run.Do(t.Context(), answers(row.answers))
			if err != nil || s.Stopped != nil || s.Counts != run.Counts() {
				t.Fatalf("%v, %v, %+v", err, s.Stopped, run.Counts())
			}
			var groups []string
			for _, g := range s.Groups {
				groups = append(groups, told(g))
			}
			if diff := cmp.Diff(row.want, s.Counts) + cmp.Diff(row.groups, groups) + cmp.Diff(row.refused, refused); diff != "" {
				t.Error(diff)
			}
			if got := strings.TrimPrefix(journal.String(), row.journal); got != lines.String() || strings.Count(got, "\n") != row.lines {
				t.Errorf("journal\n%slines\n%s", journal.String(), lines.String())
			}
		})
	}
}

// A resumed run repeats the apns-ids of the first.
func TestIDsAreThoseOfTheFirstRun(t *testing.T) {
	run := runOf(t, "aa m\nbb m\n", "")
	if _, err := run.Resume("journal", strings.NewReader(`{"run":"02000000-0000-0000-0000-000000000000","input_sha256":"sum","shard":"0/1"}`+"\n")); err != nil {
		t.Fatal(err)
	}
	var ids []apns.ID
	_, err := run.Do(t.Context(), engine(func(source apns.Source, _ apns.Sink) error {
		for p := (apns.Push{}); source.Next(&p) == nil; {
			ids = append(ids, p.ID)
		}
		return nil
	}))
	want := []apns.ID{apns.DeriveID(apns.ID{2}, 0), apns.DeriveID(apns.ID{2}, 1)}
	if diff := cmp.Diff(want, ids); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestResumeRefuses(t *testing.T) {
	broken := errors.New("broken")
	for name, row := range map[string]struct {
		old  io.Reader
		want string
	}{
		"another input":              {strings.NewReader(`{"run":"02000000-0000-0000-0000-000000000000","input_sha256":"other"}` + "\n"), "usage.push-resume-input"},
		"another part":               {strings.NewReader(`{"run":"02000000-0000-0000-0000-000000000000","input_sha256":"sum","shard":"1/2"}` + "\n"), "usage.push-resume-shard"},
		"no journal":                 {strings.NewReader("token,push_magic\n"), "file-damaged.no-journal"},
		"a file that cannot be read": {io.MultiReader(strings.NewReader(""), failing{broken}), ""},
	} {
		_, err := runOf(t, "aa m\n", "").Resume("journal", row.old)
		if row.want == "" && !errors.Is(err, broken) || row.want != "" && key(err) != row.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	run := runOf(t, "aa m\n", "")
	_, err := run.Resume("journal", strings.NewReader(`{"run":"02000000-0000-0000-0000-000000000000","input_sha256":"","shard":"0/1"}`+"\n"+
		`{"position":0,"token":"bb","apns_id":"00000000-0000-0000-0000-000000000000","status":200,"reason":"","timestamp":null,"attempts":1,"class":"accepted"}`+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := run.Do(t.Context(), answers(nil)); err != nil || s.Stopped == nil || s.Stopped.Key() != "usage.push-resume-token" {
		t.Errorf("another token: %+v, %v", s, err)
	}
}

// failing is an output and an input that fails.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
func (f failing) Read([]byte) (int, error)  { return 0, f.err }
