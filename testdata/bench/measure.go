package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// client is one of those that are compared.
type client struct {
	name    string
	pushes  int
	command func(ctx context.Context, endpoint string) (*exec.Cmd, error)
	read    func(stdout []byte) (outcome, error)
}

// sample is one measurement of a client.
type sample struct {
	perSecond float64
	cpu       float64 // user and system time of the client's process, microseconds a push
	peak      float64 // MB
}

// measure runs a client once. A push that was not answered 200 makes it an error.
func measure(ctx context.Context, c client, endpoint string) (sample, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	cmd, err := c.command(ctx, endpoint)
	if err != nil {
		return sample{}, err
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return sample{}, fmt.Errorf("%s: %w: %s", c.name, err, stderr.Bytes())
	}
	o, err := c.read(stdout.Bytes())
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w", c.name, err)
	}
	if o.Accepted != int64(c.pushes) {
		return sample{}, fmt.Errorf("%s: %d of %d pushes were answered 200", c.name, o.Accepted, c.pushes)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return sample{}, errors.New("the system does not say what a process used")
	}
	if o.PeakKB == 0 {
		o.PeakKB = usage.Maxrss
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return sample{
		perSecond: float64(c.pushes) / o.Seconds,
		cpu:       float64(cpu.Microseconds()) / float64(c.pushes),
		peak:      float64(o.PeakKB) / 1024,
	}, nil
}

// median picks the median of one value of the samples.
func median(samples []sample, value func(sample) float64) float64 {
	values := make([]float64, 0, len(samples))
	for _, s := range samples {
		values = append(values, value(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func perSecond(s sample) float64 { return s.perSecond }
func cpu(s sample) float64       { return s.cpu }
func peak(s sample) float64      { return s.peak }

// own is this program as a client.
func own(name, role, identity string, pushes, connections int) client {
	return client{
		name: name, pushes: pushes,
		command: func(ctx context.Context, endpoint string) (*exec.Cmd, error) {
			return self(ctx, role, "-endpoint", endpoint, "-identity", identity,
				"-pushes", strconv.Itoa(pushes), "-connections", strconv.Itoa(connections))
		},
		read: func(stdout []byte) (o outcome, err error) { return o, json.Unmarshal(stdout, &o) },
	}
}

// h2load is the load generator of nghttp2. It sends one apns-id only, and shows no client
// certificate.
func h2load(pushes, connections, streams int, bodyFile string) client {
	return client{
		name: fmt.Sprintf("h2load, %d x %d", connections, streams), pushes: pushes,
		command: func(ctx context.Context, endpoint string) (*exec.Cmd, error) {
			args := []string{
				"-n", strconv.Itoa(pushes), "-c", strconv.Itoa(connections), "-m", strconv.Itoa(streams),
				"-d", bodyFile,
			}
			for _, header := range []string{
				"apns-topic: " + topic, "apns-push-type: mdm", "apns-priority: " + strconv.Itoa(priority),
				"apns-expiration: " + strconv.Itoa(expiration), "content-type: application/json",
				"apns-id: 8b5f22a5-9b0c-4c5f-8b7c-9d0e1f2a3b4c",
			} {
				args = append(args, "-H", header)
			}
			return exec.CommandContext(ctx, "h2load", append(args, endpoint+"/3/device/"+token)...), nil
		},
		read: readH2load,
	}
}

// readH2load reads h2load's report.
func readH2load(stdout []byte) (outcome, error) {
	text := regexp.MustCompile(`(?s)finished in ([0-9.]+)(us|ms|s|m).*status codes: (\d+) 2xx`)
	found := text.FindSubmatch(stdout)
	if found == nil {
		return outcome{}, fmt.Errorf("no report in %q", strings.TrimSpace(string(stdout)))
	}
	took, err := time.ParseDuration(string(found[1]) + string(found[2]))
	if err != nil {
		return outcome{}, err
	}
	accepted, err := strconv.ParseInt(string(found[3]), 10, 64)
	return outcome{Accepted: accepted, Seconds: took.Seconds()}, err
}
