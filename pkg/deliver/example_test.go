package deliver_test

import (
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/deliver"
)

// A mail is the same bytes each time, so that it can be looked at before it is sent.
func ExampleMessage_EML() {
	eml, err := deliver.Message{
		From: "mdm@example.com", To: "it@example.com", Subject: "Renew", Text: "text", HTML: "<p>text</p>", Language: "en",
		ID: "certificate 7, rung 30", Date: time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC),
	}.EML()
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := mail.ReadMessage(strings.NewReader(string(eml)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Header.Get("Subject"), m.Header.Get("Auto-Submitted"), m.Header.Get("Date"))
	// Output:
	// Renew auto-generated Fri, 01 Jan 2027 00:00:00 +0000
}
