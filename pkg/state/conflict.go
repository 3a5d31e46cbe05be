package state

import (
	"bytes"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state/internal/yamledit"
)

// conflict tells of a file into which git wrote two versions that it could not merge
// (gitattributes(5), "conflict-marker-size"; merge styles merge, diff3 and zdiff3), and
// which profiles differ between them. It is nil for any other damage.
func conflict(path string, text []byte) error {
	if !bytes.Contains(text, []byte("<<<<<<<")) {
		return nil // nothing to take apart, which may be large
	}
	ours, theirs, marks := sides(text)
	if marks.line == 0 {
		return nil
	}
	left, right := profileBlocks(ours), profileBlocks(theirs)
	return problem.Say(problem.StateDamaged, "conflict", problem.Params{
		"path": path, "line": strconv.Itoa(marks.line), "config_folder": filepath.Dir(path), "config_name": filepath.Base(path),
		"ours": marks.ours, "theirs": marks.theirs,
		"our_profiles": differing(left, right), "their_profiles": differing(right, left),
	})
}

// conflictMarks is where the first conflict begins, and what git calls the two versions.
type conflictMarks struct {
	line         int
	ours, theirs string
}

// sides takes a text with conflict marks apart. What stands outside of conflicts is in both.
func sides(text []byte) (ours, theirs []byte, marks conflictMarks) {
	inOurs, inTheirs, n := true, true, 0
	for line := range bytes.Lines(text) {
		n++
		mark, label, _ := strings.Cut(strings.TrimRight(string(line), "\r\n"), " ")
		switch mark {
		case "<<<<<<<":
			inOurs, inTheirs = true, false
			if marks.line == 0 {
				marks.line, marks.ours = n, label
			}
		case "|||||||":
			inOurs, inTheirs = false, false
		case "=======":
			inOurs, inTheirs = false, marks.line > 0
		case ">>>>>>>":
			inOurs, inTheirs, marks.theirs = true, true, label
		default:
			if inOurs {
				ours = append(ours, line...)
			}
			if inTheirs {
				theirs = append(theirs, line...)
			}
		}
	}
	return ours, theirs, marks
}

// profileBlocks cuts the profiles out of a text that need not be valid YAML, as apnsctl lays
// it out: their names stand two columns below "profiles".
func profileBlocks(text []byte) map[string][]byte {
	const below = "  "
	blocks, inside, name := map[string][]byte{}, false, ""
	for line := range bytes.Lines(text) {
		key, isName := strings.CutPrefix(strings.TrimRight(string(line), " \r\n"), below)
		switch {
		case !yamledit.Blank(line) && yamledit.Indent(line) == 0:
			inside, name = strings.HasPrefix(string(line), "profiles:"), ""
		case inside && isName && yamledit.Indent(line) == len(below) && strings.HasSuffix(key, ":"):
			name = strings.Trim(strings.TrimSuffix(key, ":"), `"'`)
			blocks[name] = nil
		case name != "":
			blocks[name] = append(blocks[name], line...)
		}
	}
	return blocks
}

// differing lists the profiles that the other version does not have, or not like this.
func differing(blocks, other map[string][]byte) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(blocks)) {
		if block, ok := other[name]; !ok || !bytes.Equal(block, blocks[name]) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "-"
	}
	return strings.Join(names, ", ")
}
