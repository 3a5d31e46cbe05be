package pbe

import "github.com/apnsctl/apnsctl/pkg/problem"

// unsupported says why a file cannot be opened.
func unsupported(why string) error { return problem.Say(problem.FileUnsupported, why, nil) }

// unsupportedAlgorithm says which algorithm of a file is not read.
func unsupportedAlgorithm(why, algorithm string) error {
	return problem.Say(problem.FileUnsupported, why, problem.Params{"algorithm": algorithm})
}

// damaged says which part of a file cannot be read.
func damaged(part string, cause error) error {
	return problem.Say(problem.FileDamaged, part, nil).Because(cause)
}
