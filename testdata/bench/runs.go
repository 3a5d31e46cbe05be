package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// compare measures throughput and CPU of all clients against both servers.
func compare(ctx context.Context, s settings) error {
	dir, identity, err := workplace()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bodyFile := filepath.Join(dir, "body.json")
	if err := os.WriteFile(bodyFile, []byte(body), 0o600); err != nil {
		return err
	}
	clients := []client{
		own("apnsctl, 2 connections", "engine", identity, s.pushes, 2),
		h2load(s.pushes, 2, 500, bodyFile),
		h2load(s.pushes, 4, 500, bodyFile),
		own("apns2, 50 goroutines", "apns2", identity, s.pushes/10, 50),
		own("apns2, 200 goroutines", "apns2", identity, s.pushes/10, 200),
		own("apns2, 1000 goroutines", "apns2", identity, s.pushes/10, 1000),
	}
	missed := false
	for _, server := range []string{"nghttpd, 1 thread", "null server"} {
		start := func() (string, func(), error) { return startNull(ctx, identity, 0) }
		if server != "null server" {
			start = func() (string, func(), error) { return startNghttpd(ctx, dir, identity) }
		}
		endpoint, stop, err := start()
		if err != nil {
			return fmt.Errorf("%s: %w", server, err)
		}
		samples, err := inTurn(ctx, clients, endpoint, s.rounds)
		stop()
		if err != nil {
			return err
		}
		table(server, clients, samples)
		ours, loads, peers := samples[0], samples[1:3], samples[3:]
		best := 0.0
		for _, peer := range peers {
			best = max(best, median(peer, perSecond))
		}
		cheapest := min(median(loads[0], cpu), median(loads[1], cpu))
		missed = !goal("times apns2's best", median(ours, perSecond)/best, 8, true) || missed
		missed = !goal("times h2load's CPU a push", median(ours, cpu)/cheapest, 1, false) || missed
	}
	return verdict(missed)
}

// delay measures how much of what the streams allow is reached when answers come later.
func delay(ctx context.Context, s settings) error {
	dir, identity, err := workplace()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	endpoint, stop, err := startNull(ctx, identity, s.delay)
	if err != nil {
		return err
	}
	defer stop()
	counts := []int{1, 2, 4}
	var clients []client
	for _, n := range counts {
		clients = append(clients, own(fmt.Sprintf("apnsctl, %d connections", n), "engine", identity, s.pushes, n))
	}
	samples, err := inTurn(ctx, clients, endpoint, s.rounds)
	if err != nil {
		return err
	}
	table(fmt.Sprintf("answers %v later", s.delay), clients, samples)
	missed := false
	for i, n := range counts {
		most := float64(n*maxStreams) / s.delay.Seconds()
		what := fmt.Sprintf("of what %d x %d streams allow", n, maxStreams)
		missed = !goal(what, median(samples[i], perSecond)/most, 0.9, true) || missed
	}
	return verdict(missed)
}

// memory measures the peak of a short and a long run.
func memory(ctx context.Context, s settings) error {
	dir, identity, err := workplace()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	endpoint, stop, err := startNull(ctx, identity, 0)
	if err != nil {
		return err
	}
	defer stop()
	clients := []client{
		own("apnsctl, short", "engine", identity, s.pushes/2, 2),
		own("apnsctl, ten times as long", "engine", identity, s.pushes*5, 2),
	}
	samples, err := inTurn(ctx, clients, endpoint, s.rounds)
	if err != nil {
		return err
	}
	table("null server", clients, samples)
	short, long := median(samples[0], peak), median(samples[1], peak)
	return verdict(!goal("times 1.1 of the short run's peak and 4 MB", long/(1.1*short+4), 1, false))
}

// workplace makes a folder for a run and the identity in it.
func workplace() (dir, identity string, err error) {
	if dir, err = os.MkdirTemp("", "apnsctl-bench-"); err != nil {
		return "", "", err
	}
	identity, err = writeIdentity(dir)
	return dir, identity, err
}

// inTurn measures the clients one after the other, so many rounds.
func inTurn(ctx context.Context, clients []client, endpoint string, rounds int) ([][]sample, error) {
	samples := make([][]sample, len(clients))
	for range rounds {
		for i, c := range clients {
			one, err := measure(ctx, c, endpoint)
			if err != nil {
				return nil, err
			}
			samples[i] = append(samples[i], one)
		}
	}
	return samples, nil
}

// table prints medians, in the form that a README takes.
func table(title string, clients []client, samples [][]sample) {
	fmt.Printf("\n%s (%s, medians of %d)\n", title, time.Now().UTC().Format(time.DateOnly), len(samples[0]))
	fmt.Print("\n| client | pushes | push/s | CPU µs/push | peak MB |\n|---|---|---|---|---|\n")
	for i, c := range clients {
		fmt.Printf("| %s | %d | %.0f | %.2f | %.1f |\n", c.name, c.pushes,
			median(samples[i], perSecond), median(samples[i], cpu), median(samples[i], peak))
	}
}

// goal prints what was reached of a goal.
func goal(what string, got, want float64, least bool) bool {
	bound, met := "at most", got <= want
	if least {
		bound, met = "at least", got >= want
	}
	word := "ok"
	if !met {
		word = "MISSED"
	}
	fmt.Printf("  %.2f %s (%s %g): %s\n", got, what, bound, want, word)
	return met
}

func verdict(missed bool) error {
	if missed {
		return errMissed
	}
	return nil
}
