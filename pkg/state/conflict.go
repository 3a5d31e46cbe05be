package state

import (
	"bytes"
	"cmp"
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
// what differs between them. It is nil for any other damage.
func conflict(path string, text []byte) error {
	if !bytes.Contains(text, []byte("<<<<<<<")) {
		return nil // nothing to take apart, which may be large
	}
	ours, theirs, marks := sides(text)
	if marks.line == 0 {
		return nil
	}
	left, right := parts(ours), parts(theirs)
	our, their := differing(left, right), differing(right, left)
	params := problem.Params{
		"path": path, "line": strconv.Itoa(marks.line), "config_folder": filepath.Dir(path), "config_name": filepath.Base(path),
		"ours": marks.ours, "theirs": marks.theirs,
		"our_parts": strings.Join(our, ", "), "their_parts": strings.Join(their, ", "),
		"our_profiles": profilesOf(our), "their_profiles": profilesOf(their),
	}
	switch {
	case len(our) > 0 && slices.Equal(our, their):
		return problem.Say(problem.StateDamaged, "conflict.same", params)
	case len(our) > 0 && len(their) > 0:
		return problem.Say(problem.StateDamaged, "conflict", params)
	case len(our) > 0:
		return problem.Say(problem.StateDamaged, "conflict.ours", params)
	case len(their) > 0:
		return problem.Say(problem.StateDamaged, "conflict.theirs", params)
	}
	return problem.Say(problem.StateDamaged, "conflict.alike", params)
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

// parts cuts a text that need not be valid YAML into what stands below its sections, as apnsctl lays
// it out: two columns below them. They are named "SECTION.NAME", or by the section alone.
func parts(text []byte) map[string][]byte {
	const below = "  "
	all, section, name := map[string][]byte{}, "", ""
	for line := range bytes.Lines(text) {
		key, value, isKey := strings.Cut(strings.TrimSpace(string(line)), ":")
		isKey = isKey && key != "" && !strings.ContainsAny(key[:1], "#-") && (value == "" || value[0] == ' ')
		switch key = strings.Trim(key, `"'`); {
		case isKey && yamledit.Indent(line) == 0:
			section, name = key, key
			if value == "" {
				continue // what is below counts
			}
		case isKey && yamledit.Indent(line) == len(below):
			name = section + "." + key
		}
		if name != "" {
			all[name] = append(all[name], line...)
		}
	}
	return all
}

// differing names the parts that the other version does not have, or not like this.
func differing(all, other map[string][]byte) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if part, ok := other[name]; !ok || !bytes.Equal(part, all[name]) {
			names = append(names, name)
		}
	}
	return names
}

// profilesOf lists the profiles among parts; a dash where there is none.
func profilesOf(parts []string) string {
	var names []string
	for _, part := range parts {
		if name, ok := strings.CutPrefix(part, "profiles."); ok {
			names = append(names, name)
		}
	}
	return cmp.Or(strings.Join(names, ", "), "-")
}
