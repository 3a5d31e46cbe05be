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

// mostFiles is the most that a folder may hold without its tests: a package that grows beyond is
// several. The engine and the reader of files are wide, and nothing in them is apart.
const mostFiles = 20

func widest() map[string]int {
	return map[string]int{"pkg/apns": 34, "pkg/pushcert": 34}
}

func TestFoldersStaySmall(t *testing.T) {
	files := map[string]int{}
	for _, s := range sources(t) {
		if !s.isTest() {
			files[s.pkg()]++
		}
	}
	for folder, count := range files {
		if most := max(mostFiles, widest()[folder]); count > most {
			t.Errorf("%s has %d files, %d are allowed", folder, count, most)
		}
	}
}

// mostFrame is the most lines that the frame may have without its tests: every command imports it, so
// what is no frame belongs to a package that says what it knows.
const mostFrame = 2500

func TestTheFrameStaysSmall(t *testing.T) {
	lines := 0
	for _, s := range sources(t) {
		if !s.isTest() && s.pkg() == "pkg/cli" {
			lines += s.lines
		}
	}
	if lines == 0 || lines > mostFrame {
		t.Errorf("pkg/cli has %d lines, %d are allowed", lines, mostFrame)
	}
	t.Logf("%d lines", lines)
}
