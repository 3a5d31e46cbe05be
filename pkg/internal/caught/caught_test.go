package caught_test

import (
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/caught"
)

func TestAPanicIsTakenToWhoWaits(t *testing.T) {
	done := false
	caught.Run(func() { done = true }).Again()
	if !done {
		t.Fatal("it was not done")
	}
	results := make(chan *caught.Panic)
	go func() { results <- caught.Run(func() { panic("injected") }) }()
	first := <-results
	if first == nil || first.Value != "injected" || first.Error() != "injected" || !strings.Contains(string(first.Stack), "caught_test.go") {
		t.Fatalf("got %v", first)
	}
	if again := caught.Run(first.Again); again != first {
		t.Errorf("passed on, it became %v", again)
	}
}
