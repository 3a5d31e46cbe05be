package archtest

import "testing"

// mostLines is the most that a file may hold: split by idea, long before.
const mostLines = 300

func TestFilesStaySmall(t *testing.T) {
	for _, s := range sources(t) {
		if !s.isTest() && s.lines > mostLines {
			t.Errorf("%s has %d lines, %d are allowed", s.path, s.lines, mostLines)
		}
	}
}
