package problem

import "slices"

// Severity says how grave a finding is.
type Severity int

// The severities, in rising order.
const (
	OK Severity = iota
	Info
	Warning
	Critical
)

// String is the name used in text and JSON.
func (s Severity) String() string {
	return [...]string{"ok", "info", "warning", "critical"}[s]
}

// Finding is one thing that a check saw.
type Finding struct {
	Code     Code
	Severity Severity
	// Text names the sentence when one code has several; empty means the code's own.
	Text   string
	Params Params
}

// Found makes a finding with the code's own sentence.
func Found(code Code, severity Severity, params Params) Finding {
	return Finding{Code: code, Severity: severity, Params: params}
}

// FoundAs makes a finding with a sentence of its own, "code.variant" in the catalogues.
func FoundAs(code Code, variant string, severity Severity, params Params) Finding {
	return Finding{Code: code, Severity: severity, Text: string(code) + "." + variant, Params: params}
}

// Key is the catalogue key of the finding's sentence.
func (f Finding) Key() string {
	if f.Text != "" {
		return f.Text
	}
	return string(f.Code)
}

// Err turns the finding into the error that stops a command.
func (f Finding) Err() *Error { return &Error{Code: f.Code, Text: f.Text, Params: f.Params} }

// Grading says what of dates and warnings counts for the exit status. Other critical
// findings always do.
type Grading struct {
	// Strict makes any warning exit with [ExitWarning].
	Strict bool
	// FailOn is the mildest status that counts: [ExitWarning], [ExitCritical], or
	// [ExitRefused], which an expired certificate has. Zero is [ExitWarning].
	FailOn Exit
}

// exit is what one finding alone leads to.
func (f Finding) exit(g Grading) Exit {
	exit := ExitOK
	switch {
	case f.Code == ExpiresSoon && f.Severity == Critical:
		exit = ExitCritical
	case f.Code == ExpiresSoon && f.Severity == Warning, f.Severity == Warning && g.Strict:
		exit = ExitWarning
	case f.Severity == Critical: // a secret that is missing is mended otherwise than by looking
		exit = Graver(f.Code.Exit(), ExitRefused)
	}
	if Graver(exit, g.FailOn) != exit {
		return ExitOK
	}
	return exit
}

// Tells tells whether a finding is to be shown: what is more than a note, but that something is a rehearsal
// only under Strict.
func (g Grading) Tells(f Finding) bool { return f.Severity > Info && (f.Code != Simulated || g.Strict) }

// Counts tells whether a finding alone leads to another status than [ExitOK].
func (g Grading) Counts(f Finding) bool { return f.exit(g) != ExitOK }

// About gives every finding a value that it does not name itself, such as the profile
// that it is about: hints name it in their commands.
func About(findings []Finding, name, value string) []Finding {
	for i, f := range findings {
		findings[i].Params = withDefault(f.Params, name, value)
	}
	return findings
}

// Verdict decides what findings come to: the worst severity, and the exit status. That something is a
// rehearsal speaks against nothing: [Simulated] counts for the status alone, under Strict.
func Verdict(findings []Finding, g Grading) (Severity, Exit) {
	worst, exit := OK, ExitOK
	for _, f := range findings {
		if f.Severity > Info && f.Code != Simulated {
			worst = max(worst, f.Severity)
		}
		exit = Graver(exit, f.exit(g))
	}
	return worst, exit
}

// Worst returns the first of the gravest findings, and false if none is a warning
// or worse.
func Worst(findings []Finding) (Finding, bool) {
	var worst Finding
	for _, f := range findings {
		if f.Severity > worst.Severity {
			worst = f
		}
	}
	return worst, worst.Severity >= Warning
}

// Has tells whether a code is among the findings.
func Has(findings []Finding, code Code) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Code == code })
}

// Only are the findings with a code.
func Only(findings []Finding, code Code) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Code != code })
}
