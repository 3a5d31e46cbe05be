package problem_test

import (
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// A finding is what a check saw; the gravest one decides how a command ends.
func Example() {
	findings := []problem.Finding{
		problem.Found(problem.ExpiresSoon, problem.Warning, problem.Params{"days": "12"}),
		problem.Found(problem.TopicMismatch, problem.Critical, nil),
	}
	severity, exit := problem.Verdict(findings, problem.Grading{})
	fmt.Println(severity, exit)
	fmt.Println(problem.Say(problem.FileUnsupported, "jks", nil).Key())
	// Output:
	// critical 3
	// file-unsupported.jks
}
