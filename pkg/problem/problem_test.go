package problem

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// Every constant of type Code stands in exactly one of the two lists.
func TestEveryCodeIsListed(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[Code]int{}
	for _, c := range append(FindingCodes(), ErrorCodes()...) {
		listed[c]++
	}
	constants := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "Code" {
			return true
		}
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if !ok {
			return true
		}
		constants++
		name, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		if listed[Code(name)] != 1 {
			t.Errorf("%s stands in the lists %d times", name, listed[Code(name)])
		}
		return true
	})
	if constants == 0 || constants != len(listed) {
		t.Errorf("%d constants, %d listed codes", constants, len(listed))
	}
}

func TestExitsOfCodesAreInTheTable(t *testing.T) {
	for _, c := range append(FindingCodes(), ErrorCodes()...) {
		if !slices.Contains(Exits(), c.Exit()) {
			t.Errorf("%s exits with %d", c, c.Exit())
		}
	}
}

func TestVerdict(t *testing.T) {
	soon := func(s Severity) Finding { return Found(ExpiresSoon, s, nil) }
	simulated, wrong, note := Found(Simulated, Warning, nil), Found(TopicMismatch, Critical, nil), Found(KeyMissing, Info, nil)
	for _, tt := range []struct {
		name   string
		found  []Finding
		strict bool
		worst  Severity
		exit   Exit
	}{
		{"nothing", nil, false, OK, ExitOK},
		{"a note", []Finding{note}, true, OK, ExitOK},
		{"a warning alone", []Finding{simulated}, false, Warning, ExitOK},
		{"a warning under strict", []Finding{simulated}, true, Warning, ExitWarning},
		{"due within the warning days", []Finding{soon(Warning)}, false, Warning, ExitWarning},
		{"due within the critical days", []Finding{soon(Critical)}, false, Critical, ExitCritical},
		{"no before due", []Finding{soon(Critical), wrong, soon(Warning)}, true, Critical, ExitRefused},
		{"due before soon", []Finding{soon(Warning), soon(Critical)}, false, Critical, ExitCritical},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if worst, exit := Verdict(tt.found, tt.strict); worst != tt.worst || exit != tt.exit {
				t.Errorf("%s, %d; want %s, %d", worst, exit, tt.worst, tt.exit)
			}
		})
	}
}

func TestGraverFollowsTheContract(t *testing.T) {
	order := []Exit{ExitState, ExitRefused, ExitCritical, ExitWarning, ExitOK}
	for i, a := range order {
		for _, b := range order[i:] {
			if Graver(a, b) != a || Graver(b, a) != a {
				t.Errorf("of %d and %d the graver is %d", a, b, a)
			}
		}
	}
}

func TestOfFindsTheProblemWithin(t *testing.T) {
	p := Say(Usage, "lang", Params{"value": "fr"}).Because(errors.ErrUnsupported)
	got := Of(fmt.Errorf("reading: %w", p))
	if got != p || got.Key() != "usage.lang" || got.Error() != "usage.lang value=fr: unsupported operation" {
		t.Errorf("%v", got)
	}
	if Of(errors.ErrUnsupported).Code != Internal {
		t.Error("an error without a code is not internal")
	}
}
