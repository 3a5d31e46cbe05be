package msg_test

import (
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

// Code names a key; the language decides the sentence.
func Example() {
	lang := msg.Detect("", func(name string) string { return map[string]string{"LANG": "ja_JP.UTF-8"}[name] })
	fmt.Println(lang)
	fmt.Println(msg.Printer{Lang: msg.English}.T("problem.file-damaged.text", nil))
	fmt.Println(msg.Fill("{count} files", map[string]string{"count": "3"}))
	// Output:
	// ja
	// the file is damaged
	// 3 files
}
