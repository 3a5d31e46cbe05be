package pushcert

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"path"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// expectation is a row of expected.json. What a person sees of the file is for the tests
// of pkg/command.
type expectation struct {
	reading
	Command, Config, Args, Trust string
	Shows, Inspect, Verify       json.RawMessage
}

// reading is what a file of the corpus is. Rows without it show the file in another
// situation.
type reading struct {
	File         string   `json:"file"`
	Password     *string  `json:"password,omitempty"` // absent: nobody may be asked
	Role         Role     `json:"role,omitempty"`
	Error        string   `json:"error,omitempty"` // the key of its sentence
	Findings     []string `json:"findings,omitempty"`
	Topic        string   `json:"topic,omitempty"`
	Certificates int      `json:"certificates,omitempty"`
	Keys         int      `json:"keys,omitempty"`
	Paired       bool     `json:"paired,omitempty"` // the leaf's key is in the file, and open
}

func expectedRows(t testing.TB) map[string]expectation {
	t.Helper()
	var rows []expectation
	decoder := json.NewDecoder(bytes.NewReader(readCorpus(t, "expected.json")))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&rows); err != nil {
		t.Fatal(err)
	}
	byFile := map[string]expectation{}
	for _, row := range rows {
		if row.Role == "" && row.Error == "" {
			continue
		}
		if _, twice := byFile[row.File]; twice {
			t.Errorf("%s has two rows", row.File)
		}
		byFile[row.File] = row
	}
	return byFile
}

func TestEveryFileIsWhatItsRowSays(t *testing.T) {
	rows := expectedRows(t)
	paths := corpusPaths(t)
	for _, file := range paths {
		row, ok := rows[file]
		if !ok {
			t.Errorf("%s has no row in expected.json; read with the usual password it is\n%s", file, line(t, observed(t, guess(file))))
			continue
		}
		delete(rows, file)
		t.Run(file, func(t *testing.T) {
			if diff := cmp.Diff(row.reading, observed(t, row.reading)); diff != "" {
				t.Errorf("row and file differ (-row +file):\n%s", diff)
			}
		})
	}
	for _, file := range slices.Sorted(maps.Keys(rows)) {
		t.Errorf("%s has a row, but there is no such file", file)
	}
	if len(paths) < 100 {
		t.Errorf("only %d files: the corpus is not whole", len(paths))
	}
}

// guess is the reading of a file that has no row yet, before it was read.
func guess(file string) reading { return reading{File: file, Password: new(corpusPassword)} }

func line(t *testing.T, row reading) []byte {
	t.Helper()
	text, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// observed reads a file as its row says and describes what came of it.
func observed(t *testing.T, row reading) reading {
	t.Helper()
	got := reading{File: row.File}
	asked := 0
	ask := func() ([]byte, error) {
		asked++
		if row.Password == nil {
			return nil, errors.New("asked for a password though nothing is encrypted")
		}
		return []byte(*row.Password), nil
	}
	file, err := Read(path.Base(row.File), readCorpus(t, row.File), ask)
	switch {
	case asked > 1:
		t.Errorf("asked %d times for the password", asked)
	case asked == 1:
		got.Password = row.Password
	}
	if err != nil {
		if file != nil {
			t.Error("a file came back beside the error")
		}
		got.Error = problem.Of(err).Key()
		return got
	}
	got.Role, got.Certificates, got.Keys = file.Role, len(file.Certificates), len(file.Keys)
	got.Topic, got.Paired = file.Topic, file.LeafKey() != nil
	if leaf := file.Leaf(); leaf != nil && got.Topic == "" {
		got.Topic = leaf.Topic()
	}
	for _, f := range file.Findings {
		got.Findings = append(got.Findings, f.Key())
	}
	return got
}
