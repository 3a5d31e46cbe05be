package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What a start may cost: processor time beside the least program with the same libraries, and memory.
const (
	mostStart   = 1.25
	mostStartMB = 8
)

// asReleased is what a release gives the linker (.goreleaser.yaml).
const asReleased = "-s -w -X main.version=1.0.0 -X main.commit=0123456 -X main.date=2026-11-01T00:00:00Z"

// start measures what it costs to start the program and to print its version, in turn with a
// program that does nothing but start cobra and viper; both are built as for a release.
func start(ctx context.Context, s settings) error {
	dir, err := os.MkdirTemp("", "apnsctl-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	packages := []string{"github.com/apnsctl/apnsctl/testdata/bench/hello", "github.com/apnsctl/apnsctl/cmd/apnsctl"}
	programs := make([]string, len(packages))
	costs, faults := make([][]float64, len(packages)), make([][]float64, len(packages))
	for i, name := range packages {
		programs[i] = filepath.Join(dir, filepath.Base(name))
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", asReleased, "-o", programs[i], name)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("go build: %w: %s", err, out)
		}
	}
	for range s.starts {
		for i, program := range programs {
			took, missing, err := startOnce(ctx, program)
			if err != nil {
				return fmt.Errorf("%s: %w", program, err)
			}
			costs[i], faults[i] = append(costs[i], float64(took.Microseconds())/1000), append(faults[i], missing)
		}
	}
	hello, ours := middle(costs[0]), middle(costs[1])
	fmt.Printf("\n%d starts each, in turn (%s)\n", s.starts, time.Now().UTC().Format(time.DateOnly))
	fmt.Printf("  hello with cobra and viper: %.2f ms of processor time, %.0f page faults\n", hello, middle(faults[0]))
	fmt.Printf("  apnsctl version:            %.2f ms of processor time, %.0f page faults\n", ours, middle(faults[1]))
	missed := !goal("times a hello with cobra and viper", ours/hello, mostStart, false)
	peak, err := peakMB(ctx, programs[1])
	if errors.Is(err, exec.ErrNotFound) {
		fmt.Println("  GNU time is not installed: memory is not measured")
		return verdict(missed)
	}
	if err != nil {
		return err
	}
	return verdict(!goal("MB at most, as GNU time says", peak, mostStartMB, false) || missed)
}

func middle(values []float64) float64 { return slices.Sorted(slices.Values(values))[len(values)/2] }

// startOnce starts a program, and tells what it used from its first instruction to its last.
func startOnce(ctx context.Context, program string) (cpu time.Duration, faults float64, err error) {
	cmd := exec.CommandContext(ctx, program, "version")
	if err := cmd.Run(); err != nil {
		return 0, 0, err
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, 0, errors.New("the system does not say what a process used")
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), float64(usage.Minflt), nil
}

// peakMB asks GNU time: what the system says of a child of ours holds our own memory, too, for it
// was ours until it became the program.
func peakMB(ctx context.Context, program string) (float64, error) {
	path, err := exec.LookPath("time")
	if err != nil {
		return 0, err
	}
	const rounds = 9
	var all []float64
	for range rounds {
		cmd := exec.CommandContext(ctx, path, "-f", "%M", program, "version")
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Run(); err != nil {
			return 0, err
		}
		kilobytes, err := strconv.ParseFloat(strings.TrimSpace(said.String()), 64)
		if err != nil {
			return 0, err
		}
		all = append(all, kilobytes/1024)
	}
	return middle(all), nil
}
