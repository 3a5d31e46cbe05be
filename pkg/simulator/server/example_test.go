package server_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/server"
)

// A test of a client of MicroMDM calls it as the real one, makes it fail, and looks at what came.
func Example() {
	mdm, err := server.Start(context.Background(), "micromdm", "", server.Options{Now: time.Now})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer mdm.Close()

	for _, fault := range []server.Fault{{}, {Status: 503, Times: 1}} {
		mdm.Fail(fault)
		request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, mdm.URL()+"/v1/config/certificate", http.NoBody)
		if err != nil {
			fmt.Println(err)
			return
		}
		request.SetBasicAuth("micromdm", mdm.Credentials()["token"])
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		_ = response.Body.Close()
		fmt.Println(response.StatusCode)
	}
	fmt.Println(len(mdm.Calls()), mdm.Calls()[0].Path)
	// Output:
	// 404
	// 503
	// 2 /v1/config/certificate
}
