package fleet_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/fleet"
)

// closing counts how often it is closed.
type closing struct {
	io.Reader
	closed *int
}

func (c closing) Close() error { *c.closed++; return nil }

func TestInputsFollowEachOther(t *testing.T) {
	opened, closed := 0, 0
	open := func(name, text string) fleet.File {
		return fleet.File{Name: name, Open: func() (io.ReadCloser, error) {
			opened++
			return closing{strings.NewReader(text), &closed}, nil
		}}
	}
	in, err := fleet.NewInput([]string{"AA", "zz"}, []fleet.File{
		open("one", "token,push_magic\nbb,1\nyy,2\n"), open("empty", ""), open("two", "cc 3\nxx 4"),
	}, fleet.Shard{Of: 1})
	if err != nil || opened != 0 {
		t.Fatalf("%d files were opened before their turn, %v", opened, err)
	}
	run := fleet.Run{Input: in, Kind: &fleet.Kind{PushType: "mdm"}, Magic: []byte("m")}
	var places []string
	all, err := run.Rehearse(t.Context(), func(place, _ string, _ devices.Fault) { places = append(places, place) })
	if diff := cmp.Diff([]string{"--token:2", "one:3", "two:2"}, places); diff != "" || err != nil || all.Total != 6 {
		t.Errorf("%+v, %v, %s", all, err, diff)
	}
	if opened != 3 || closed != 3 {
		t.Errorf("%d opened, %d closed", opened, closed)
	}
}

func TestInputsThatCannotBeRead(t *testing.T) {
	broken := errors.New("broken")
	fails := fleet.File{Name: "bad", Open: func() (io.ReadCloser, error) { return nil, broken }}
	breaks := fleet.File{Name: "bad", Open: func() (io.ReadCloser, error) { return io.NopCloser(failing{broken}), nil }}
	for name, bad := range map[string]fleet.File{"when it is opened": fails, "when it is read": breaks} {
		if _, err := fleet.NewInput(nil, []fleet.File{bad}, fleet.Shard{Of: 1}); !errors.Is(err, broken) {
			t.Errorf("the first, %s: %v", name, err)
		}
		in, err := fleet.NewInput([]string{"aa"}, []fleet.File{bad}, fleet.Shard{Of: 1})
		if err != nil {
			t.Fatal(err)
		}
		run := fleet.Run{Input: in, Kind: &fleet.Kind{PushType: "mdm"}, Magic: []byte("m")}
		if all, err := run.Rehearse(t.Context(), nil); !errors.Is(err, broken) || all.Total != 1 {
			t.Errorf("the second, %s: %+v, %v", name, all, err)
		}
	}
	if _, err := fleet.NewInput(nil, []fleet.File{file("empty", "\n")}, fleet.Shard{Of: 1}); !errors.Is(err, io.EOF) {
		t.Errorf("no row at all: %v", err)
	}
}

const update = `<?xml version="1.0"?><plist version="1.0"><dict><key>MessageType</key><string>TokenUpdate</string>` +
	`<key>Topic</key><string>theirs</string><key>Token</key><data>qqs=</data><key>PushMagic</key><string>m</string>` +
	`<key>UDID</key><string>U</string></dict></plist>`

// A lone TokenUpdate tells its topic; in a fleet it is a row like the others.
func TestLoneTopic(t *testing.T) {
	for name, row := range map[string]struct {
		tokens []string
		files  []fleet.File
		want   string
	}{
		"alone":          {files: []fleet.File{file("update", update)}, want: "theirs"},
		"beside a token": {tokens: []string{"aa"}, files: []fleet.File{file("update", update)}},
		"of two":         {files: []fleet.File{file("update", update), file("update", update)}},
		"a plain line":   {files: []fleet.File{file("plain", "aa m\n")}},
	} {
		in, err := fleet.NewInput(row.tokens, row.files, fleet.Shard{Of: 1})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := in.LoneTopic(); got != row.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestRehearse(t *testing.T) {
	for name, row := range map[string]struct {
		input, shard string
		magic        string
		want         fleet.Rehearsal
		told         []string
	}{
		"all good":        {input: "aa m\nbb m\n", want: fleet.Rehearsal{Total: 2, First: []byte("aa")}},
		"none good":       {input: "aa\n", want: fleet.Rehearsal{Total: 1, Malformed: 1}, told: []string{"in:1 MissingPushMagic "}},
		"magic for all":   {input: "aa\n", magic: "m", want: fleet.Rehearsal{Total: 1, First: []byte("aa")}},
		"the first later": {input: "zz\nbb m\n", want: fleet.Rehearsal{Total: 2, Malformed: 1, First: []byte("bb")}, told: []string{"in:1 MalformedToken not-a-token"}},
		"a part":          {input: "aa m\nbb m\ncc m\n", shard: "1/2", want: fleet.Rehearsal{Total: 1, First: []byte("bb")}},
		"many": {
			input: strings.Repeat("zz\n", 9), want: fleet.Rehearsal{Total: 9, Malformed: 9},
			told: []string{
				"in:1 MalformedToken not-a-token", "in:2 MalformedToken not-a-token", "in:3 MalformedToken not-a-token",
				"in:4 MalformedToken not-a-token", "in:5 MalformedToken not-a-token",
			},
		},
	} {
		run := runOf(t, row.input, row.shard)
		run.Magic = []byte(row.magic)
		var told []string
		got, err := run.Rehearse(t.Context(), func(place, reason string, fault devices.Fault) {
			told = append(told, place+" "+reason+" "+string(fault))
		})
		if diff := cmp.Diff(row.want, got) + cmp.Diff(row.told, told); diff != "" || err != nil {
			t.Errorf("%s: %v, %s", name, err, diff)
		}
	}
}

func TestUnusualTokensAreToldOnce(t *testing.T) {
	usual := strings.Repeat("ab", 32) + " m\n"
	run := runOf(t, usual+"aa m\n"+"zz\n"+"aabb m\n", "")
	var told []string
	run.Unusual = func(place string, digits int) { told = append(told, place+" "+strings.Repeat("x", digits)) }
	if _, err := run.Rehearse(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"in:2 xx"}, told); diff != "" {
		t.Error(diff)
	}
}
