package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rules are the numbers of what the four consoles do: S01 to S81 with their gaps, N1 to N12.
func rules() []string {
	var all []string
	for _, span := range [][2]int{{1, 19}, {20, 25}, {30, 46}, {50, 62}, {70, 81}} {
		for n := span[0]; n <= span[1]; n++ {
			all = append(all, fmt.Sprintf("S%02d", n))
		}
	}
	for n := 1; n <= 12; n++ {
		all = append(all, fmt.Sprintf("N%d", n))
	}
	return all
}

// TestEveryRuleOfTheConsolesIsOffered holds the table beside the scripts to the rules, and to the
// scripts that are there.
func TestEveryRuleOfTheConsolesIsOffered(t *testing.T) {
	const folder = "../../testdata/script"
	text, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	script := regexp.MustCompile("^`([a-z_]+/[a-z0-9_]+)`$")
	var seen []string
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || !regexp.MustCompile(`^ [SN][0-9]+ $`).MatchString(cells[0]) {
			continue
		}
		rule, by := strings.TrimSpace(cells[0]), strings.TrimSpace(cells[2])
		seen = append(seen, rule)
		if reason, out := strings.CutPrefix(by, "out of scope: "); out && len(strings.Fields(reason)) > 3 {
			continue
		}
		if command, open := strings.CutPrefix(by, "to come: "); open {
			if entries, err := os.ReadDir(filepath.Join(folder, command)); err == nil && len(entries) > 0 {
				t.Errorf("%s waits for %s, which has scripts", rule, command)
			}
			continue
		}
		for name := range strings.SplitSeq(by, ", ") {
			m := script.FindStringSubmatch(name)
			if m == nil {
				t.Errorf("%s is shown by %q, which is neither a script nor a reason", rule, name)
				continue
			}
			if _, err := os.Stat(filepath.Join(folder, m[1]+".txtar")); err != nil {
				t.Errorf("%s is shown by %s, which is not there", rule, m[1])
			}
		}
	}
	if want := rules(); !slices.Equal(seen, want) {
		t.Errorf("the table has %v, the rules are %v", seen, want)
	}
}
