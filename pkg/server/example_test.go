package server_test

import (
	"context"
	"fmt"
	"time"

	"github.com/apnsctl/apnsctl/pkg/server"
	standin "github.com/apnsctl/apnsctl/pkg/simulator/server"
)

// What a server uses is read in the same way whatever it is. This one has nothing yet.
func Example() {
	mdm, err := standin.Start(context.Background(), "micromdm", "", standin.Options{Now: time.Now})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer mdm.Close()

	s, err := server.Open(server.Access{Kind: server.MicroMDM, URL: mdm.URL(), Credentials: mdm.Credentials()}, server.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	held, err := s.Read(context.Background())
	fmt.Println(held.Missing, err)
	_, err = s.Request(context.Background())
	fmt.Println(err)
	// Output:
	// true <nil>
	// server-unsupported.request kind=micromdm server=127.0.0.1
}
