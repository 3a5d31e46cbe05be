package guard

import (
	"errors"
	"testing"
	"time"
)

func TestAParserThatPanicsOrHangsIsAnError(t *testing.T) {
	if err := Run(func() error { panic("odd file") }); err == nil {
		t.Error("a panic went unseen")
	}
	forever := make(chan error)
	err := Within(time.Millisecond, func() error { return <-forever })
	if !errors.Is(err, ErrLate) {
		t.Errorf("err = %v", err)
	}
	close(forever)
}
