package report

import (
	"encoding/xml"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

const junitBegin = xml.Header + "<testsuites name=\"apnsctl\""

type junitSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Timestamp string      `xml:"timestamp,attr"`
	Time      string      `xml:"time,attr"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Failure *junitFailure `xml:"failure"`
	Out     string        `xml:"system-out"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes one suite with a case a row, which failed if the exit status counts it.
func (s Sheet) JUnit() string {
	suite := junitSuite{Name: "apnsctl status", Timestamp: s.Now.UTC().Format("2006-01-02T15:04:05"), Time: "0"}
	for _, r := range s.Rows {
		file := r.File
		if file == "-" {
			file = ""
		}
		suite.add(junitCase{
			Class: "apnsctl." + string(r.Kind), Name: s.Title(r), Time: "0", File: s.Words.Clean(file), Failure: s.failure(r.Findings), Out: s.Line(r),
		})
	}
	if len(s.Findings) > 0 {
		suite.add(junitCase{Class: "apnsctl", Name: "status", Time: "0", Failure: s.failure(s.Findings)})
	}
	text, err := xml.MarshalIndent(junitSuites{Name: "apnsctl", Tests: suite.Tests, Failures: suite.Failures, Suite: suite}, "", "  ")
	if err != nil {
		panic(err) // these types can be written, whatever their values
	}
	return xml.Header + string(text) + "\n"
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	s.Cases = append(s.Cases, c)
}

// failure tells of the findings that the exit status counts; nil if there are none.
func (s Sheet) failure(findings []problem.Finding) *junitFailure {
	var failure *junitFailure
	var lines []string
	for _, f := range findings {
		if !s.Grading.Counts(f) {
			continue
		}
		if failure == nil {
			failure = &junitFailure{Type: string(f.Code), Message: s.Says(f)}
		}
		lines = append(lines, string(f.Code)+": "+s.Says(f))
		if hint := s.Words.Hint(f.Key(), f.Params); hint != "" {
			lines = append(lines, hint)
		}
	}
	if failure != nil {
		failure.Text = strings.Join(lines, "\n")
	}
	return failure
}
