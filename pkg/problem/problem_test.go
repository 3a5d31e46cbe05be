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
	form, expired, locked := Found(PEMCRLF, Warning, nil), Found(Expired, Critical, nil), Found(PasswordWrong, Critical, nil)
	// The statuses at --fail-on warning (which is the default), critical and expired, and
	// the same under --strict.
	for _, tt := range []struct {
		name          string
		found         []Finding
		worst         Severity
		plain, strict [3]Exit
	}{
		{"nothing", nil, OK, [3]Exit{}, [3]Exit{}},
		{"a note", []Finding{note}, OK, [3]Exit{}, [3]Exit{}},
		{"a rehearsal", []Finding{simulated}, OK, [3]Exit{}, [3]Exit{5, 0, 0}},
		{"a warning alone", []Finding{form}, Warning, [3]Exit{}, [3]Exit{5, 0, 0}},
		{"due within the warning days", []Finding{soon(Warning)}, Warning, [3]Exit{5, 0, 0}, [3]Exit{5, 0, 0}},
		{"due within the critical days", []Finding{soon(Critical)}, Critical, [3]Exit{4, 4, 0}, [3]Exit{4, 4, 0}},
		{"expired", []Finding{expired}, Critical, [3]Exit{3, 3, 3}, [3]Exit{3, 3, 3}},
		{"no, which is no date", []Finding{wrong}, Critical, [3]Exit{3, 3, 3}, [3]Exit{3, 3, 3}},
		{"a fault", []Finding{locked, expired}, Critical, [3]Exit{6, 6, 6}, [3]Exit{6, 6, 6}},
		{"what would be usage if it stopped the command", []Finding{Found(InputTooLarge, Critical, nil)}, Critical, [3]Exit{3, 3, 3}, [3]Exit{3, 3, 3}},
		{"no before due", []Finding{soon(Critical), wrong, soon(Warning)}, Critical, [3]Exit{3, 3, 3}, [3]Exit{3, 3, 3}},
		{"due before soon", []Finding{soon(Warning), soon(Critical), form}, Critical, [3]Exit{4, 4, 0}, [3]Exit{4, 4, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for i, failOn := range []Exit{ExitWarning, ExitCritical, ExitRefused} {
				for strict, want := range map[bool]Exit{false: tt.plain[i], true: tt.strict[i]} {
					if worst, exit := Verdict(tt.found, Grading{strict, failOn}); worst != tt.worst || exit != want {
						t.Errorf("strict %v, fail on %d: %s, %d; want %s, %d", strict, failOn, worst, exit, tt.worst, want)
					}
				}
			}
			if _, exit := Verdict(tt.found, Grading{}); exit != tt.plain[0] {
				t.Errorf("ungraded: %d, want %d", exit, tt.plain[0])
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
	if Of(nil) != nil {
		t.Error("no error has a problem")
	}
	if Of(errors.ErrUnsupported).Code != Internal {
		t.Error("an error without a code is not internal")
	}
}
