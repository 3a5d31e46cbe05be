package main

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// copies is how often the programs are copied anew: how a file happens to lie in the system's cache makes its starts
// a few percent faster or slower, all of them alike.
const copies = 9

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
	programs, err := buildBoth(ctx, dir)
	if err != nil {
		return err
	}
	var ratios, hello, ours, helloFaults, ourFaults []float64
	for range copies {
		var costs, faults [2][]float64
		for _, program := range programs {
			if err := renewed(program); err != nil {
				return err
			}
		}
		for range s.starts / copies {
			for i, program := range programs {
				took, missing, err := startOnce(ctx, program)
				if err != nil {
					return fmt.Errorf("%s: %w", program, err)
				}
				costs[i], faults[i] = append(costs[i], float64(took.Microseconds())/1000), append(faults[i], missing)
			}
		}
		hello, ours = append(hello, middle(costs[0])), append(ours, middle(costs[1]))
		helloFaults, ourFaults = append(helloFaults, middle(faults[0])), append(ourFaults, middle(faults[1]))
		ratios = append(ratios, middle(costs[1])/middle(costs[0]))
	}
	fmt.Printf("\n%d starts each, in turn, of %d copies (%s)\n", s.starts, copies, time.Now().UTC().Format(time.DateOnly))
	fmt.Printf("  hello with cobra and viper: %.2f ms of processor time, %.0f page faults\n", middle(hello), middle(helloFaults))
	fmt.Printf("  apnsctl version:            %.2f ms of processor time, %.0f page faults\n", middle(ours), middle(ourFaults))
	fmt.Printf("  each copy:                  %.2f to %.2f times\n", slices.Min(ratios), slices.Max(ratios))
	missed := !goal("times a hello with cobra and viper", middle(ratios), mostStart, false)
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

// buildBoth builds the hello, and apnsctl, as for a release.
func buildBoth(ctx context.Context, dir string) (programs [2]string, err error) {
	for i, name := range []string{"testdata/bench/hello", "cmd/apnsctl"} {
		programs[i] = filepath.Join(dir, filepath.Base(name))
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", asReleased, "-o", programs[i], "github.com/apnsctl/apnsctl/"+name)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return programs, fmt.Errorf("go build: %w: %s", err, out)
		}
	}
	return programs, nil
}

// renewed puts a copy of a file in its place. The system copies it page by page, as the linker has written it: what
// is written at once lies in larger pieces, of which each start takes fewer and larger ones into memory.
func renewed(path string) error {
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	if err := os.Remove(path); err != nil {
		return err
	}
	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
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
