package simulator_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator"
)

// A test of an MDM server starts a local Apple and talks to it as to the real one.
func Example() {
	sim, err := simulator.Start(context.Background(), simulator.Options{Now: time.Now})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, sim.PortalURL()+"/certificates", bytes.NewReader([]byte("no request")))
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	fmt.Println(response.StatusCode, response.Header.Get("Simulator-Reason"))
	// Output:
	// 422 request-not-base64 [C]
}
