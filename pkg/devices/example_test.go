package devices_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/devices"
)

// A row that cannot be understood keeps its place and says why.
func Example() {
	in := "token,push_magic\n" + strings.Repeat("0A", 32) + ",magic\nnot a token,magic\n"
	r := devices.NewReader("fleet.csv", strings.NewReader(in))
	var row devices.Row
	for {
		err := r.Next(&row)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		if row.Fault != "" {
			fmt.Println(row.Line, row.Fault)
			continue
		}
		fmt.Printf("%d %s\n", row.Line, row.Token[:8])
	}
	// Output:
	// 2 0a0a0a0a
	// 3 not-a-token
}
