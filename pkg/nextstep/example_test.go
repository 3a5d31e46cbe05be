package nextstep_test

import (
	"fmt"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/nextstep"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Where no vendor certificate is here, somebody else signs the next request; and a profile of
// which nobody has said whether devices are enrolled is told the topic.
func ExampleSituation_Way() {
	s := nextstep.Situation{
		State: &lifecycle.State{Profiles: map[string]*lifecycle.Profile{"school": {}}},
		Now:   time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC),
	}
	fmt.Println(s.Profile(""))
	fmt.Println(s.Way("renew", problem.Params{"profile": "school"}))
	fmt.Println(s.Way("renew", problem.Params{"profile": "school", "topic": "com.apple.mgmt.External.x"}))
	// Output:
	// school
	// unsigned
	// new-unsigned
}
