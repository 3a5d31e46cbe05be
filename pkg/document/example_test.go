package document_test

import (
	"fmt"
	"os"

	"github.com/apnsctl/apnsctl/pkg/document"
)

// A list of any length is written as its elements come, and is one document.
func ExampleStream() {
	s := document.NewStream(os.Stdout, "files")
	for _, name := range []string{"a.pem", "b.pem"} {
		line, err := document.Compact(map[string]string{"path": name})
		if err == nil {
			err = s.Element(line)
		}
		if err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(s.End(struct {
		Count int `json:"count"`
	}{2}))
	// Output:
	// {"schema": "apnsctl/v1", "result": {"files": [
	// {"path":"a.pem"},
	// {"path":"b.pem"}
	// ], "count":2}, "ok": true}
	// <nil>
}
