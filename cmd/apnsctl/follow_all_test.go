package main

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// choices are texts whose commands are several ways, not one after another.
var choices = map[string]bool{
	"problem.usage.no-profile-matches.hint": true, "problem.usage.config-exists.hint": true,
	"problem.vendor-missing.hint": true, "problem.key-missing.export.hint": true, "problem.key-missing.vendor.hint": true,
	"problem.key-missing.not-asked.hint": true, "problem.passphrase-missing.new.hint": true,
	"problem.issuer-not-apple.hint": true, "problem.issuer-not-apple.simulated.hint": true,
	"problem.usage.profile-twin.hint": true, "problem.topic-mismatch.devices-profiles.hint": true, "demo.end": true,
	"problem.usage.push-no-token.hint": true, "problem.wrong-role.against.hint": true, "problem.duplicate-topic.crossed.hint": true, "problem.key-mismatch.crossed.hint": true,
}

// notFollowed are texts with commands that cannot be followed in their situation, and why.
var notFollowed = map[string]string{
	"demo.end": "the real thing, which needs Apple",
	"problem.usage.unknown-command.near.hint":    "a bare command, whose arguments the person knows",
	"problem.usage.too-few.hint":                 "the form of a command, whose arguments the person knows",
	"problem.usage.too-many.hint":                "as above",
	"problem.output-exists.keep.hint":            "a demo, which has a test of its own",
	"output.role.ade-token.use":                  "a renamed token, whose date the next answer asks for",
	"problem.confirmation-wrong.passphrase.hint": "asks on a terminal",
	"config.sealed-open":                         "asks on a terminal",
	"output.passphrase.short":                    "asks on a terminal",
	"problem.usage.recipient-owner-stays.hint":   "asks on a terminal",
	"problem.key-missing.vendor.hint":            "the other machine's file is not at hand",
}

// anotherFile are texts whose FILE is not the one that the command was given.
var anotherFile = map[string]bool{
	"problem.expired.ade-token.hint": true, "problem.expired.content-token.hint": true,
	"problem.expires-soon.token.ade-token.hint": true, "problem.expires-soon.token.content-token.hint": true,
	"problem.key-missing.vendor.hint": true, "problem.vendor-missing.hint": true, "output.todo.re-enroll": true,
	"problem.wrong-role.no-device.certificate.hint": true, "problem.topic-mismatch.back.hint": true,
}

// followAll does as the texts say that the scripts had printed, see [counsel.claim]. A command line that does
// not exist, a blank that the program could have filled, and a promise that does not come true are faults of
// the text.
func (c *counsel) followAll(t testing.TB) {
	t.Helper()
	var ways, ended, open atomic.Int64
	for _, a := range c.all {
		a.given.ways += len(chains(a))
	}
	work, all := make(chan advice), sync.WaitGroup{}
	for range atOnce {
		all.Go(func() {
			for a := range work {
				if strings.Contains(a.given.script, "rehearsal") && strings.Contains(a.Text, "--config apple.yaml") {
					continue // a file for Apple's certificates, and only a simulator's are at hand
				}
				for _, chain := range chains(a) {
					ways.Add(1)
					end, err := c.follow(a, chain)
					switch {
					case errors.Is(err, errUnknown), errors.Is(err, errOtherApple):
						open.Add(1)
					case err != nil:
						t.Errorf("%s, printed by %q in %s:\n%s\n%v", a.Key, a.given.command, a.given.script, a.Text, err)
					case end:
						ended.Add(1)
					}
				}
			}
		})
	}
	for _, kind := range slices.Sorted(maps.Keys(c.all)) {
		work <- c.all[kind]
	}
	close(work)
	all.Wait()
	t.Logf("%d texts, %d ways: %d to a certificate that was imported, %d as far as only a person can go on",
		len(c.all), ways.Load(), ended.Load(), open.Load())
}
