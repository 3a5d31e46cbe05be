package mdmcert_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/apnsctl/apnsctl/pkg/mdmcert"
)

// The service takes the request; what it signs comes by mail.
func ExampleClient_Ask() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"result":"success"}`)
	}))
	defer service.Close()
	err := mdmcert.Client{URL: service.URL}.Ask(context.Background(), mdmcert.Request{
		CSR: []byte("-----BEGIN CERTIFICATE REQUEST-----\n…"), Email: "mdm@example.com", Key: "secret", Encrypt: []byte("-----BEGIN CERTIFICATE-----\n…"),
	})
	fmt.Println(err)
	// Output: <nil>
}
