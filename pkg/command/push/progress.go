package push

import (
	"strconv"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/internal/caught"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// progressEvery is how often the bar moves.
const progressEvery = 100 * time.Millisecond

// showProgress shows how far the run is, to a person at a terminal. How many rows a file
// holds is known only at its end, so the bar goes by bytes. The function that it returns
// takes the bar away.
func (o *pushOptions) showProgress(run *fleet.Run, input *pushInput) (stop func()) {
	if !o.IO.ErrTTY || o.Global.Quiet {
		return func() {}
	}
	size := input.size
	if size == 0 {
		size = -1
	}
	bar := progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(o.IO.Err), progressbar.OptionSetWidth(20),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetPredictTime(size > 0), progressbar.OptionShowDescriptionAtLineEnd(),
	)
	done := make(chan struct{})
	var drawing caught.Group
	drawing.Go(func() {
		ticker := time.NewTicker(progressEvery)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				_ = bar.Clear() // a bar that stays costs nothing but looks
				return
			case <-ticker.C:
				c := run.Counts()
				bar.Describe(o.T("push.progress", problem.Params{
					"accepted": strconv.FormatInt(c.Accepted, 10), "total": strconv.FormatInt(c.Total, 10),
				}))
				_ = bar.Set64(min(input.passed.Load(), max(size-1, 0)))
			}
		}
	})
	return func() {
		close(done)
		drawing.Wait()
	}
}
