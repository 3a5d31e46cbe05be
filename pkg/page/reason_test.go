package page_test

import (
	"testing"

	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// What is critical for one thing and a warning for another is told of each as it is.
func TestReasonsAreOfOneGravity(t *testing.T) {
	var reasons []page.Reason
	for _, s := range []problem.Severity{problem.Critical, problem.Warning, problem.Critical} {
		reasons = page.AddReason(reasons, s, problem.New(problem.ExpiresSoon, nil), s.String())
	}
	if len(reasons) != 2 || len(reasons[0].Names) != 2 || reasons[1].Severity != problem.Warning {
		t.Errorf("got %v", reasons)
	}
}
