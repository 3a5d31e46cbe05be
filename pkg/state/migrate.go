package state

import (
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state/internal/yamledit"
	"go.yaml.in/yaml/v3"
)

// step turns the tree of one schema version into that of the next.
type step func(root *yaml.Node) error

// steps leads from every older schema to the present one; the key is the version
// that a step starts from. Version 1 is the first, so there is none yet. The next
// version adds a step here and a file to testdata/state, and keeps both for ever.
func steps() map[int]step { return map[int]step{} }

// migrate brings a tree to the present schema, and tells whether it had to. It looks
// at the version before anything else, for a newer file may hold anything.
func migrate(root *yaml.Node, steps map[int]step) (bool, error) {
	n := yamledit.Value(root, "version")
	if n == nil {
		return false, problem.Say(problem.StateDamaged, "version-missing", problem.Params{"line": strconv.Itoa(root.Line)})
	}
	var from int
	if n.ShortTag() != "!!int" || n.Decode(&from) != nil {
		return false, badVersion(n)
	}
	if from > lifecycle.Version {
		return false, problem.New(problem.StateNewer, problem.Params{
			"version": strconv.Itoa(from), "supported": strconv.Itoa(lifecycle.Version),
		})
	}
	for v := from; v < lifecycle.Version; v++ {
		next, ok := steps[v]
		if !ok {
			return false, badVersion(n)
		}
		if err := next(root); err != nil {
			return false, err
		}
		n.Value = strconv.Itoa(v + 1)
	}
	return from < lifecycle.Version, nil
}

func badVersion(n *yaml.Node) error {
	return problem.Say(problem.StateDamaged, "version", problem.Params{"line": strconv.Itoa(n.Line), "key": "version"})
}
