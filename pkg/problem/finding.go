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

// exit is what one finding alone leads to.
func (f Finding) exit(strict bool) Exit {
	switch {
	case f.Code == ExpiresSoon && f.Severity == Critical:
		return ExitCritical
	case f.Code == ExpiresSoon && f.Severity == Warning:
		return ExitWarning
	case f.Severity == Critical:
		return ExitRefused
	case f.Severity == Warning && strict:
		return ExitWarning
	}
	return ExitOK
}

// About gives every finding a value that it does not name itself, such as the profile
// that it is about: hints name it in their commands.
func About(findings []Finding, name, value string) []Finding {
	for i, f := range findings {
		findings[i].Params = withDefault(f.Params, name, value)
	}
	return findings
}

// Verdict judges findings: the worst severity, and the exit status. Under strict,
// any warning exits with [ExitWarning].
func Verdict(findings []Finding, strict bool) (Severity, Exit) {
	worst, exit := OK, ExitOK
	for _, f := range findings {
		if f.Severity > Info {
			worst = max(worst, f.Severity)
		}
		exit = Graver(exit, f.exit(strict))
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
