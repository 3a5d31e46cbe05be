package state_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// A file is made, changed, and read again.
func Example() {
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	ctx, store := context.Background(), state.Open(filepath.Join(folder, "config.yaml"))

	sealing, err := signing.NewUnsealed()
	if err != nil {
		panic(err)
	}
	if err := store.Create(ctx, &lifecycle.State{Sealing: sealing}); err != nil {
		panic(err)
	}
	err = store.Update(ctx, func(s *lifecycle.State) error {
		s.Profiles = map[string]*lifecycle.Profile{"acme": {Remarks: "head office"}, "borg": {}}
		return nil
	})
	if err != nil {
		panic(err)
	}
	s, err := store.ViewOne(ctx, "acme")
	if err != nil {
		panic(err)
	}
	fmt.Println(s.Names(), s.Profiles["acme"].Remarks, s.Unread)
	// Output: [acme borg] head office [borg]
}
