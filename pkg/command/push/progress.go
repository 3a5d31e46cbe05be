package push

import (
	"fmt"
	"strconv"
	"time"

	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/internal/caught"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

const (
	progressEvery = 100 * time.Millisecond
	progressMarks = 20
	// foreseen is how long a run has to have taken before its end is foretold.
	foreseen = 3 * time.Second
)

// showProgress shows how far the run is, to a person at a terminal. The function that it returns takes that away.
func (o *pushOptions) showProgress(run *fleet.Run, input *pushInput) (stop func()) {
	if !o.IO.ErrTTY || o.Global.Quiet {
		return func() {}
	}
	done := make(chan struct{})
	var drawing caught.Group
	drawing.Go(func() {
		line := o.IO.Progress()
		defer line.Clear()
		ticker := time.NewTicker(progressEvery)
		defer ticker.Stop()
		var began time.Time
		for {
			select {
			case <-done:
				return
			case now := <-ticker.C:
				if began.IsZero() {
					began = now.Add(-progressEvery)
				}
				line.Draw(o.progress(run.Counts(), input.share(run), now.Sub(began))...)
			}
		}
	})
	return func() {
		close(done)
		drawing.Wait()
	}
}

// share is how much of the input has been answered, from 0 to 1. How many rows a file holds is known only at its end,
// so it goes by the bytes that were read, less the rows of them that wait for their answers. It is negative where the
// size is not known.
func (i *pushInput) share(run *fleet.Run) float64 {
	if i.size == 0 {
		return -1
	}
	answered, waiting := float64(run.Counts().Total), float64(run.Waiting())
	if answered == 0 {
		return 0
	}
	return min(float64(i.passed.Load())/float64(i.size), 1) * answered / (answered + waiting)
}

// progress is what is shown of a run that has taken so long, the part first that a narrow terminal shows, too.
func (o *pushOptions) progress(c fleet.Counts, share float64, took time.Duration) (parts []string) {
	if share >= 0 {
		parts = append(parts, term.Bar(share, progressMarks)+"  ")
	}
	parts = append(parts, o.T("push.progress", problem.Params{"accepted": strconv.FormatInt(c.Accepted, 10)}))
	if others := c.Total - c.Accepted; others > 0 {
		parts = append(parts, o.T("push.others", problem.Params{"count": strconv.FormatInt(others, 10)}))
	}
	if took >= foreseen && share > 0 && share < 1 {
		left := time.Duration(float64(took) * (1 - share) / share)
		parts = append(parts, o.T("push.left", problem.Params{"left": clock(left)}))
	}
	return parts
}

// clock is a duration in hours, minutes and seconds: 1:02:03, or 2:03.
func clock(d time.Duration) string {
	seconds := int(d.Round(time.Second).Seconds())
	minutes := seconds / 60
	if minutes < 60 {
		return fmt.Sprintf("%d:%02d", minutes, seconds%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", minutes/60, minutes%60, seconds%60)
}
