package fleet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/fleet"
)

// accepting stands in for [apns.Client]: it accepts everything.
type accepting struct{}

func (accepting) Run(_ context.Context, _ apns.Notification, source apns.Source, sink apns.Sink) (s apns.Summary, err error) {
	for p := (apns.Push{}); ; {
		if err := source.Next(&p); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return s, err
		}
		fmt.Printf("%d %s %s\n", p.Position, p.Token, p.Body)
		if err := sink(&apns.Result{Position: p.Position, Token: p.Token, ID: p.ID, Status: 200, Class: apns.Accepted}); err != nil {
			return s, err
		}
	}
}

// Every row has its result: what cannot be pushed, too.
func Example() {
	kind, err := fleet.Content{}.Kind() // the wake-up of MDM
	if err != nil {
		fmt.Println(err)
		return
	}
	input, err := fleet.NewInput([]string{"0a0a", "not a token", "0b0b"}, nil, fleet.Shard{Of: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer input.Close()
	var journal bytes.Buffer
	run := fleet.Run{
		Input: input, Kind: kind, Note: apns.Notification{Topic: "com.apple.mgmt.External.x", PushType: kind.PushType},
		Magic: []byte("magic"), ID: apns.ID{1}, Journal: &journal,
	}
	summary, err := run.Do(context.Background(), accepting{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(summary.Accepted, "of", summary.Total)
	for _, g := range summary.Groups {
		fmt.Println(g.Reason, g.Examples[0].Place)
	}
	fmt.Println(bytes.Count(journal.Bytes(), []byte("\n")), "lines")
	// Output:
	// 0 0a0a {"mdm":"magic"}
	// 2 0b0b {"mdm":"magic"}
	// 2 of 3
	// MalformedToken --token:2
	// 4 lines
}
