package remind_test

import (
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/remind"
)

// A machine that was off for a week tells the nearest rung alone.
func ExampleLadder_Due() {
	ladder, err := remind.ParseLadder("90,60,30,7-1,0,-7")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ladder)
	fmt.Println(ladder.Due(100, 0, false))
	fmt.Println(ladder.Due(59, 90, true))
	fmt.Println(ladder.Due(45, 60, true))
	fmt.Println(ladder.Due(3, 60, true))
	// Output:
	// [90 60 30 7 6 5 4 3 2 1 0 -7]
	// 0 false
	// 60 true
	// 0 false
	// 3 true
}
