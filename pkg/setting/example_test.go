package setting_test

import (
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/setting"
)

// A mistyped key changes nothing, and those near to it are named.
func ExampleSet() {
	s := lifecycle.State{}
	err := setting.Set(&s, "notify.smtp.hots", []string{"smtp.example.com"})
	fmt.Println(problem.Of(err).Params["nearest"])
	fmt.Println(setting.Set(&s, setting.SMTPHost, []string{"smtp.example.com"}), s.Settings.Notify.SMTP.Host)
	// Output:
	// notify.smtp.host, notify.smtp.port, notify.smtp.tls
	// <nil> smtp.example.com
}
