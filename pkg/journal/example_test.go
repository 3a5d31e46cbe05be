package journal_test

import (
	"bytes"
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/journal"
)

// What a run wrote tells the next one which positions need no push any more.
func Example() {
	var file bytes.Buffer
	w := journal.NewWriter(&file)
	_ = w.Header(journal.Header{Run: apns.ID{1}})
	_ = w.Result(&apns.Result{Position: 0, Token: []byte("0a0a"), Status: 200, Attempts: 1, Class: apns.Accepted})
	if err := w.Close(); err != nil {
		fmt.Println(err)
		return
	}

	progress, err := journal.Read("journal", &file, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for position := range int64(2) {
		done, err := progress.Done(position, []byte("0a0a"))
		fmt.Println(position, done, err)
	}
	// Output:
	// 0 true <nil>
	// 1 false <nil>
}
