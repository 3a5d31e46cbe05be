package devices

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTally(t *testing.T) {
	for _, c := range []struct {
		name, rows  string // "id topic token", with - for nothing
		want        []Group
		moved, left int
	}{
		{name: "nothing", rows: ""},
		{name: "the commonest first, then by name", rows: "1 b -,2 c -,3 c -,4 a -", want: []Group{{"c", 2}, {"a", 1}, {"b", 1}}},
		{name: "the unknown last, however many", rows: "1 - -,2 - -,3 a -", want: []Group{{"a", 1}, {"", 2}}},
		{name: "once under one topic", rows: "1 a x,1 a y,1 a -", want: []Group{{"a", 1}}},
		{name: "case does not matter", rows: "ab a -,AB a -", want: []Group{{"a", 1}}},
		{name: "by token where there is no id", rows: "- a x,- a x,- a y", want: []Group{{"a", 2}}},
		{name: "each by itself where there is neither", rows: "- a -,- a -", want: []Group{{"a", 2}}},
		{name: "an id is no token", rows: "x a -,- a x", want: []Group{{"a", 2}}},
		{name: "under two topics in both", rows: "1 a -,1 b -,1 a -,1 b -,2 a -", want: []Group{{"a", 2}, {"b", 1}}, moved: 1},
		{name: "under three topics in all", rows: "1 a -,1 b -,1 c -,1 b -", want: []Group{{"a", 1}, {"b", 1}, {"c", 1}}, moved: 1},
		{name: "a topic that is told later", rows: "1 - -,1 a -,2 - -", want: []Group{{"a", 1}, {"", 1}}},
		{name: "a topic that was told before", rows: "1 a -,1 - -", want: []Group{{"a", 1}}},
		{name: "who has left is not counted", rows: "!1 a -,2 a -", want: []Group{{"a", 1}}, left: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			tally, moved, total := NewTally(), 0, 0
			for line := range strings.SplitSeq(c.rows, ",") {
				parts := strings.Fields(strings.ReplaceAll(line, "-", `""`))
				if len(parts) == 0 {
					continue
				}
				for i := range parts {
					parts[i] = strings.Trim(parts[i], `"`)
				}
				id, left := strings.CutPrefix(parts[0], "!")
				if tally.Add(&Row{ID: []byte(id), Topic: []byte(parts[1]), Token: []byte(parts[2]), Left: left}) {
					moved++
				}
			}
			for _, g := range c.want {
				total += g.Devices
			}
			if diff := cmp.Diff(c.want, tally.Groups()); diff != "" && len(c.want) > 0 {
				t.Error(diff)
			}
			if tally.Devices() != total || tally.Moved() != c.moved || moved != c.moved || tally.Left() != c.left {
				t.Errorf("devices %d of %d, moved %d (told %d times), left %d", tally.Devices(), total, tally.Moved(), moved, tally.Left())
			}
		})
	}
}

func TestTallyOfAFleet(t *testing.T) {
	tally, row := NewTally(), Row{}
	for range 2 {
		for i := range 50_000 {
			row.ID = fmt.Appendf(row.ID[:0], "00008030-%016X", i)
			row.Topic = fmt.Appendf(row.Topic[:0], "topic-%d", i%3)
			tally.Add(&row)
		}
	}
	want := []Group{{"topic-0", 16667}, {"topic-1", 16667}, {"topic-2", 16666}}
	if diff := cmp.Diff(want, tally.Groups()); diff != "" {
		t.Error(diff)
	}
}
